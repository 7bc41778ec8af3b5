package dev.offsync.sync.run;

import dev.offsync.model.Problem;
import java.time.Duration;
import java.util.Optional;

/** The warning that clocks draw which are further apart than max_clock_skew. */
final class ClockSkew {
    static final String HINT =
            "let an NTP client set the clock of the machine that is wrong; until then the later change"
                    + " wins by corrected times";

    private ClockSkew() {}

    /** @param skewMs the local server's clock minus the hub's */
    static Optional<Problem> problem(long skewMs, Duration allowed) {
        return exceeds(skewMs, allowed)
                ? Optional.of(new Problem(Problem.CLOCK_SKEW, "", null, null, message(skewMs, allowed), HINT))
                : Optional.empty();
    }

    static boolean exceeds(long skewMs, Duration allowed) {
        return Duration.ofMillis(skewMs).abs().compareTo(allowed) > 0;
    }

    static String message(long skewMs, Duration allowed) {
        return "this device's clock is " + Math.abs(skewMs) / 1000 + " s " + (skewMs < 0 ? "behind" : "ahead of")
                + " the hub's; max_clock_skew allows " + allowed.toSeconds() + " s";
    }
}
