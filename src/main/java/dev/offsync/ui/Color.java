package dev.offsync.ui;

import java.util.Map;

/** When colour is used: {@code --color}. */
public enum Color {
    AUTO,
    ALWAYS,
    NEVER;

    /**
     * Whether to colour a stream. On its own accord only on a terminal that can, and never against the wishes that
     * no-color.org and bixense.com/clicolors describe.
     */
    public boolean on(Console console, boolean isTerminal) {
        return switch (this) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> wished(console, isTerminal);
        };
    }

    private static boolean wished(Console console, boolean isTerminal) {
        Map<String, String> environment = console.environment();
        if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
            return false;
        }
        if (!environment.getOrDefault("CLICOLOR_FORCE", "0").equals("0")) {
            return true;
        }
        return isTerminal && !console.isDumb() && !"0".equals(environment.get("CLICOLOR"));
    }
}
