import { Avatar, Menu, UnstyledButton } from "@mantine/core";
import { LogOut, UserRound } from "lucide-react";
import type { UserManager } from "oidc-client-ts";
import { signOut } from "../signin/session";
import { texts } from "../texts";

export function AccountMenu({ session, email }: { session: UserManager; email: string }) {
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <UnstyledButton aria-label={`${texts.signIn.account} ${email}`}>
          <Avatar color="iris" size={34} radius="xl">
            <UserRound size={18} aria-hidden />
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{email}</Menu.Label>
        <Menu.Item leftSection={<LogOut size={16} />} onClick={() => void signOut(session)}>
          {texts.signIn.out}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
