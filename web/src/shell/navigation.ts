import { Columns3, Share2, UsersRound } from "lucide-react";
import { type ComponentType, lazy } from "react";
import { PagesView } from "../pages/PagesView";
import { texts } from "../texts";
import { CONTACTS, HOME } from "./addresses";

interface Place {
  readonly path: string;
  /** What may follow the path, as react-router writes it. */
  readonly below?: string;
  readonly label: string;
  readonly section: string | null;
  readonly Icon: ComponentType<{ size?: number; strokeWidth?: number }>;
  readonly View: ComponentType;
}

/** Where one can be, in the navigation's order. All but the first view are loaded when somebody goes there. */
export const PLACES: readonly Place[] = [
  {
    path: CONTACTS,
    below: "/:contactId?",
    label: texts.navigation.contacts,
    section: null,
    Icon: UsersRound,
    View: lazy(() => import("../contacts/ContactsView")),
  },
  {
    path: "/pipeline",
    label: texts.navigation.pipeline,
    section: null,
    Icon: Columns3,
    View: lazy(() => import("../board/PipelineView")),
  },
  {
    path: HOME,
    label: texts.navigation.pages,
    section: texts.navigation.settings,
    Icon: Share2,
    View: PagesView,
  },
];
