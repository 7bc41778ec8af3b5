package dev.offsync.config;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many rows of a table one run may delete before it stops for safety: a share of the table (never less than
 * {@link #ALWAYS_ALLOWED} rows), or a number of rows.
 *
 * @param amount percent (0 to 100) or rows
 * @param percent whether {@code amount} is a share
 */
public record MaxDelete(long amount, boolean percent) {
    /** Rows that may go even where they are more than the share: half of a table of ten rows is no mass delete. */
    public static final long ALWAYS_ALLOWED = 100;

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})(\\s*%)?");

    /**
     * Reads {@code 50%} or {@code 20000}.
     *
     * @throws OffsyncException reason CONFIG, where the text has no such form
     */
    public static MaxDelete parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (form.matches()) {
            long amount = Long.parseLong(form.group(1));
            boolean percent = form.group(2) != null;
            if (!percent || amount <= 100) {
                return new MaxDelete(amount, percent);
            }
        }
        throw new OffsyncException(
                Reason.CONFIG,
                "\"" + text + "\" is not a limit for deletes",
                "write a share of the table from 0% to 100%, as in 50%, or a number of rows");
    }

    /** The greatest number of rows that may be deleted from a table of {@code tableRows} rows. */
    public long allowed(long tableRows) {
        return percent ? Math.max(ALWAYS_ALLOWED, (long) (tableRows * (amount / 100.0))) : amount;
    }

    @Override
    public String toString() {
        return percent ? amount + "%" : Long.toString(amount);
    }
}
