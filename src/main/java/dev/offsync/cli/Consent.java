package dev.offsync.cli;

import dev.offsync.config.GlobalOption;
import picocli.CommandLine.Option;

/** The consent that a command wants before it destroys something: asked for on a terminal, given by --yes elsewhere. */
final class Consent {
    @Option(names = "--yes", order = 900, description = "Do it without asking.")
    private boolean yes;

    /** Whether {@link #ask} must be called; a usage error where it could not ask. */
    boolean isNeeded(Session session, String command) {
        if (yes) {
            return false;
        }
        if (session.settings().isOn(GlobalOption.NO_INPUT) || !session.console().canAsk()) {
            throw Failures.usage(
                    command + " destroys something and cannot ask here", "add --yes to do it without asking");
        }
        return true;
    }

    void ask(Session session, String question) {
        if (!session.console().confirms(question)) {
            throw Failures.usage("not confirmed; nothing was done", "answer y, or add --yes");
        }
    }
}
