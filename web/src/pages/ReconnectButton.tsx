export function ReconnectButton(_: { page: unknown }) {
  return null;
}
