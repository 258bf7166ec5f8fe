/** Drawn here, as signs of the channel; the words beside them carry the meaning. */
export function MessengerMark() {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path
        d="M8 .8C3.9.8.8 3.8.8 7.7c0 2.1.9 3.9 2.4 5.1v2.4l2.2-1.2c.8.3 1.7.4 2.6.4 4.1 0 7.2-3 7.2-6.8S12.1.8 8 .8Z"
        fill="#0a7cff"
      />
      <path d="m3.9 9.7 2.9-3.2 1.9 1.7 3.1-1.7-2.9 3.2-1.9-1.7Z" fill="#fff" />
    </svg>
  );
}

export function InstagramMark() {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="none"
      stroke="#d6336c"
      strokeWidth="1.5"
    >
      <rect x="1.5" y="1.5" width="13" height="13" rx="4" />
      <circle cx="8" cy="8" r="3" />
      <circle cx="11.7" cy="4.3" r=".5" fill="#d6336c" />
    </svg>
  );
}
