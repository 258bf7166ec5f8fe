/** For what floats over the board: it is part of the page's content, not of nothing. */
export const IN_CONTENT = { portalProps: { target: "#content" } };
