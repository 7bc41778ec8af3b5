package dev.offsync.conflict;

import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Counters that both sides moved: both movements count. */
final class Delta {
    /** PostgreSQL's numeric has at most 16383 digits after the point; a double ends at 1e308. */
    private static final int MOST_DECIMALS = 16_383;

    private static final int GREATEST_EXPONENT = 308;

    private Delta() {}

    /**
     * remote + (local − base), exactly, with the scale of the finest of the three; a base of NULL counts as 0. Nothing
     * where a side is NULL or any value is no finite number: there is no movement to add.
     */
    static Optional<String> sum(@Nullable String base, @Nullable String local, @Nullable String remote) {
        Optional<BigDecimal> from = number(base == null ? "0" : base);
        Optional<BigDecimal> mine = number(local);
        Optional<BigDecimal> theirs = number(remote);
        if (from.isEmpty() || mine.isEmpty() || theirs.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(theirs.get().add(mine.get().subtract(from.get())).toPlainString());
    }

    private static Optional<BigDecimal> number(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            var number = new BigDecimal(text);
            // 1e999999999 in a text column would be a gigabyte written out.
            boolean bounded = number.scale() <= MOST_DECIMALS && number.scale() >= -GREATEST_EXPONENT;
            return bounded ? Optional.of(number) : Optional.empty();
        } catch (NumberFormatException notFinite) {
            return Optional.empty();
        }
    }
}
