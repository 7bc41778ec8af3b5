package dev.offsync.error;

import org.jspecify.annotations.Nullable;

/**
 * The one exception that reaches an operator: what was tried and what happened (the message), why (the reason, which
 * decides the exit code) and what to do now (the hint).
 */
public final class OffsyncException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final @Nullable String hint;

    public OffsyncException(Reason reason, String message, @Nullable String hint) {
        this(reason, message, hint, null);
    }

    public OffsyncException(Reason reason, String message, @Nullable String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.hint = hint;
    }

    public Reason reason() {
        return reason;
    }

    /** One sentence that says what to type or to change; null where nothing can be said. */
    public @Nullable String hint() {
        return hint;
    }
}
