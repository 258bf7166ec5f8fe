import { createContext, use } from "react";

/** Whether the person is an owner of their organisation, as their token says. The API checks it at every call. */
export const OwnerContext = createContext(false);
export const useIsOwner = () => use(OwnerContext);

export const OWNER = "owner";
