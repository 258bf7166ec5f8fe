import { Component, type ReactNode } from "react";
import { texts } from "../texts";
import { Broken } from "./Broken";

/** A view that broke takes nothing down beside it. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return <Broken title={texts.trouble.title} advice={texts.trouble.advice} />;
  }
}
