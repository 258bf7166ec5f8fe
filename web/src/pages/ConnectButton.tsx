import { Button, type ButtonProps } from "@mantine/core";
import { useLogin } from "./connecting";

interface Props extends Pick<ButtonProps, "size" | "variant" | "leftSection"> {
  label: string;
  /** For a screen reader, where several buttons have one label. */
  name?: string;
}

/** Opens Facebook's login, in this tab: it comes back to the choice of Pages. */
export function ConnectButton({ label, name, ...look }: Props) {
  const login = useLogin();
  // On the way out it stays as it is until the browser is gone.
  const leaving = login.isPending || login.isSuccess;
  return (
    <Button {...look} loading={leaving} onClick={() => login.mutate()} {...(name && { "aria-label": name })}>
      {label}
    </Button>
  );
}
