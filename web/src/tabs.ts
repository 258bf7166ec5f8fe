/** Other tabs of this application: told when a sync starts or ends here, so that they show it without being asked. */
const CHANNEL = "pagesync-syncs";
const channel = new BroadcastChannel(CHANNEL);

export const tellTabs = (facebookPageId: string) => channel.postMessage(facebookPageId);

/** Calls back with the Page another tab has acted on; returns how to stop. */
export function onOtherTab(changed: (facebookPageId: string) => void): () => void {
  const heard = ({ data }: MessageEvent<string>) => changed(data);
  channel.addEventListener("message", heard);
  return () => channel.removeEventListener("message", heard);
}
