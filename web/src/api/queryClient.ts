import { QueryClient } from "@tanstack/react-query";
import { passes } from "./problems";

const ATTEMPTS = 3;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, problem) => passes(problem) && failures < ATTEMPTS - 1,
    },
  },
});
