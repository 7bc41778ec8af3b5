package dev.offsync.ui;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import dev.offsync.model.RunId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Sets Logback up in code: parsing XML would cost more than most runs take, and Logback's own default writes to standard
 * output, which belongs to the result. Logback finds this class as a service.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    private static final long FILE_BYTES = 10L * 1024 * 1024;
    private static final int OLD_FILES = 5;

    /** The mark of the run ties lines together that several processes write to one file. */
    private static final String LINE =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} " + RunId.CURRENT + " %-5level %logger{0}: %msg%n";

    /** What a person reads who asked for no log: as every other message of the program. */
    private static final String MESSAGE =
            "offsync: %replace(%replace(%level){'WARN','warning'}){'ERROR','error'}: %msg%n";

    private final LogSettings settings;

    /** For Logback, which makes its configurator itself. */
    public LogConfigurator() {
        this(LogSettings.current());
    }

    LogConfigurator(LogSettings settings) {
        this.settings = settings;
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level errLevel = level(settings.verbosity());
        root.setLevel(errLevel);
        root.addAppender(standardError(context, errLevel));
        // Logback would tell of its own troubles on standard output.
        context.getStatusManager().add(new NopStatusListener());
        Path file = settings.file();
        if (file != null) {
            root.setLevel(settings.verbosity() > 1 ? Level.DEBUG : Level.INFO);
            RollingFileAppender<ILoggingEvent> appender = file(context, file);
            root.addAppender(appender);
            Logger runs = context.getLogger(RunLog.LOGGER);
            runs.setAdditive(false);
            runs.addAppender(appender);
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Level level(int verbosity) {
        return switch (Math.max(-1, Math.min(2, verbosity))) {
            case -1 -> Level.ERROR;
            case 0 -> Level.WARN;
            case 1 -> Level.INFO;
            default -> Level.DEBUG;
        };
    }

    private ConsoleAppender<ILoggingEvent> standardError(LoggerContext context, Level level) {
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setTarget("System.err");
        var threshold = new ThresholdFilter();
        threshold.setLevel(level.toString());
        threshold.start();
        appender.addFilter(threshold);
        return started(appender, context, settings.verbosity() > 0 ? LINE : MESSAGE);
    }

    private RollingFileAppender<ILoggingEvent> file(LoggerContext context, Path file) {
        var appender = new RollingFileAppender<ILoggingEvent>();
        appender.setFile(file.toString());
        var window = new FixedWindowRollingPolicy();
        window.setContext(context);
        window.setParent(appender);
        window.setFileNamePattern(file + ".%i");
        window.setMaxIndex(OLD_FILES);
        window.start();
        var size = new SizeBasedTriggeringPolicy<ILoggingEvent>();
        size.setContext(context);
        // Logback looks after a minute for the first time; most runs are over by then.
        size.setCheckIncrement(Duration.buildByMilliseconds(0));
        size.setMaxFileSize(new FileSize(FILE_BYTES));
        size.start();
        appender.setRollingPolicy(window);
        appender.setTriggeringPolicy(size);
        return started(appender, context, LINE);
    }

    private <A extends OutputStreamAppender<ILoggingEvent>> A started(
            A appender, LoggerContext context, String pattern) {
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout(context, pattern));
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }

    private Layout<ILoggingEvent> layout(LoggerContext context, String pattern) {
        if (settings.format() == LogSettings.Format.JSON) {
            var json = new JsonLayout();
            json.setContext(context);
            json.start();
            return json;
        }
        var text = new PatternLayout();
        text.setContext(context);
        String trace = settings.verbosity() > 1 ? "%ex" : "%nopex";
        text.setPattern(pattern + trace);
        text.start();
        return text;
    }
}
