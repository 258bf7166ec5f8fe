import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** Blue with a drop of violet; shades 6 (light) and 8 (dark) carry white text at 4.5:1 or more. */
const iris: MantineColorsTuple = [
  "#eef0ff",
  "#dcdffb",
  "#b6bbf2",
  "#8e96ea",
  "#6c76e3",
  "#5662df",
  "#4a55d6",
  "#3b46be",
  "#343eab",
  "#2a3497",
];

/** As cool as the light scheme's greys. */
const dark: MantineColorsTuple = [
  "#d3d6e0",
  "#b9bdcb",
  "#9ea3b5",
  "#666b7e",
  "#3c4050",
  "#313543",
  "#272a36",
  "#1c1e27",
  "#16181f",
  "#101117",
];

// Within a dialog it is that dialog's header, and not the page's.
const dialogHeader = { header: { role: "none" } };

export const theme = createTheme({
  primaryColor: "iris",
  primaryShade: { light: 6, dark: 6 },
  colors: { iris, dark },
  autoContrast: true,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  headings: {
    fontWeight: "650",
    fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  },
  components: {
    Modal: {
      defaultProps: {
        attributes: dialogHeader,
        centered: true,
        padding: "lg",
        radius: "lg",
        overlayProps: { backgroundOpacity: 0.45, blur: 2 },
      },
    },
    Drawer: {
      defaultProps: {
        attributes: dialogHeader,
        position: "right",
        padding: "lg",
        overlayProps: { backgroundOpacity: 0.45, blur: 2 },
      },
    },
    Tooltip: { defaultProps: { withArrow: true } },
  },
});
