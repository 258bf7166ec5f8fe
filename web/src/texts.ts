/** All that the application says, in English. Another language is another object of this shape. */
import { formatNumber } from "./formats";

const plurals = new Intl.PluralRules("en");
const counted = (count: number, one: string, other: string) =>
  `${formatNumber(count)} ${plurals.select(count) === "one" ? one : other}`;
const contacts = (count: number) => counted(count, "contact", "contacts");

export const texts = {
  product: "Pagesync",
  skipToContent: "Skip to content",
  navigation: {
    label: "Main navigation",
    open: "Open navigation",
    close: "Close navigation",
    settings: "Settings",
    pages: "Connected Pages",
  },
  theme: { toDark: "Use dark colours", toLight: "Use light colours" },
  signIn: {
    title: "Everyone who ever wrote to you, in one place",
    lead: "Sign in to turn your Facebook and Instagram conversations into contacts.",
    button: "Sign in",
    ended: "Your session has ended. Sign in again to go on where you were.",
    failed: "Signing in did not work. Try again.",
    working: "Signing you in…",
    out: "Sign out",
    account: "Account",
  },
  trouble: {
    offline: "You are offline. Syncs go on on the server; this page catches up when you are back.",
    unreachable: "No connection to the server. Trying again…",
    title: "Something went wrong",
    advice: "Reload the page. If it happens again, tell your administrator.",
    again: "Try again",
    reload: "Reload",
    requestId: (id: string) => `Request ${id}`,
    server: "The server had a problem. Try again in a moment.",
    network: "The server did not answer. Check your connection and try again.",
    ownerOnly: "Only an owner of your organisation may do this.",
    start: "The application could not start: its configuration is missing.",
    notFound: "There is nothing at this address",
    notFoundAdvice: "The link may be old. Everything is reachable from the navigation.",
    home: "Go to Connected Pages",
  },
  pages: {
    title: "Connected Facebook Pages",
    lead: "Bring everyone who ever wrote to your Pages into the CRM.",
    loading: "Loading your Pages",
    messenger: "Messenger",
    instagram: "Instagram",
    instagramOf: (username: string) => `Instagram @${username}`,
    contacts,
    neverSynced: "Not synced yet",
    lastSynced: (ago: string) => `Last synced ${ago}`,
    lastSyncedNow: "Last synced just now",
    sync: "Sync Contacts",
    syncOf: (page: string) => `Sync contacts of ${page}`,
    reconnectRequired: "Reconnect required",
    reconnectAdvice:
      "Facebook no longer accepts this Page’s connection. Reconnect it, then sync again: nothing is lost.",
  },
  sync: {
    startedTitle: "Sync started – continuing in background",
    startedText: "You can close this page; the sync goes on.",
    alreadyRunning: "A sync of this Page is running already",
    notStarted: "The sync could not be started",
    starting: "Starting…",
    progressOf: (page: string) => `Sync progress of ${page}`,
    synced: (count: number) => `Synced ${contacts(count)}…`,
    ofTotal: (done: number, total: number) => `${formatNumber(done)} of ${formatNumber(total)}`,
    found: (count: number) => `${formatNumber(count)} found so far`,
    failed: (count: number) => `${formatNumber(count)} failed`,
    unchanged: (count: number) => `${formatNumber(count)} unchanged`,
    elapsed: "Elapsed",
    paused: (until: string) => `Paused by Facebook until ${until}`,
    cancel: "Cancel",
    cancelling: "Cancelling…",
    cancelOf: (page: string) => `Cancel the sync of ${page}`,
    notCancelled: "The sync could not be cancelled",
    tabInactive: "Tab inactive – updates were paused while you were away",
    steps: {
      QUEUED: "Waiting to start",
      FETCHING: "Reading conversations",
      PROCESSING: "Analysing conversations",
      WAITING: "Waiting for Facebook",
      FINISHED: "Finishing",
    },
    platforms: { messenger: "Messenger", instagram: "Instagram" },
    doneTitle: (count: number) => `Synced ${contacts(count)} successfully`,
    upToDate: (count: number) => `Up to date: ${contacts(count)} unchanged`,
    nothingFound: "Sync finished: nobody has written to this Page yet",
    doneWithFailures: (count: number) =>
      `${counted(count, "conversation", "conversations")} could not be synced`,
    cancelledTitle: "Sync cancelled",
    cancelledText: (count: number) => `${contacts(count)} synced before stay in the CRM.`,
    failedTitle: "Sync failed",
    announceProgress: (page: string, percent: number) => `Sync of ${page}: ${percent} percent`,
  },
};

export type Texts = typeof texts;
