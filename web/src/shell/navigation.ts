import { Columns3, Share2 } from "lucide-react";
import { type ComponentType, lazy } from "react";
import { PagesView } from "../pages/PagesView";
import { texts } from "../texts";

interface Place {
  readonly path: string;
  readonly label: string;
  readonly section: string | null;
  readonly Icon: ComponentType<{ size?: number; strokeWidth?: number }>;
  readonly View: ComponentType;
}

export const HOME = "/settings/pages";

/** Where one can be, in the navigation's order. All but the first view are loaded when somebody goes there. */
export const PLACES: readonly Place[] = [
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
