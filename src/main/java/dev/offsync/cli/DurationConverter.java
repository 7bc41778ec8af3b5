package dev.offsync.cli;

import dev.offsync.config.Durations;
import dev.offsync.error.OffsyncException;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations by the one grammar that settings use, too. */
final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        try {
            return Durations.parse(text);
        } catch (OffsyncException e) {
            String hint = e.hint() == null ? "" : "; " + e.hint();
            throw new TypeConversionException(e.getMessage() + hint);
        }
    }
}
