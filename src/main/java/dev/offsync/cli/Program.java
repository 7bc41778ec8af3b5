package dev.offsync.cli;

import dev.offsync.config.Settings;
import dev.offsync.model.Result;
import dev.offsync.ui.Console;
import dev.offsync.ui.ProgressBar;
import dev.offsync.ui.RunLog;
import dev.offsync.ui.Usage;
import dev.offsync.ui.Version;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** One invocation, from arguments to exit code: parse, resolve the settings, run the verb, answer once. */
public final class Program {
    private final Console console;
    private final Map<String, String> environment;
    private final Path home;
    private final String version;
    private final Verbs verbs;
    private final InstantSource clock = InstantSource.system();
    private final Answer answer;

    /**
     * @param home the user's home directory
     * @param version what {@code --version} says
     */
    public Program(Console console, Path home, String version, Verbs verbs) {
        this.console = console;
        this.environment = console.environment();
        this.home = home;
        this.version = version;
        this.verbs = verbs;
        this.answer = new Answer(console, Preferences.provisional(environment).output(console, clock));
    }

    /** Runs the command that {@code args} ask for and returns the process's exit code. */
    public int run(String... args) {
        answer.in(Preferences.provisional(environment, args).output(console, clock));
        try {
            return answer.with(run(CommandTree.parse(args)));
        } catch (ParameterException wrong) {
            answer.command(CommandTree.name(wrong, args));
            return failed(wrong);
        } catch (Throwable thrown) {
            // Everything else ends here, out of memory included: an exit code and a message, never a bare stack trace.
            return failed(thrown);
        }
    }

    /**
     * Answers for a run that a signal ends, unless it has answered already; called from the signal's thread, after which
     * the process is to exit with {@code exitCode}.
     */
    public void interrupt(int exitCode) {
        answer.interrupted(exitCode, () -> verbs.interrupted(exitCode));
    }

    private Result run(ParseResult parsed) {
        var global = (OffsyncCommand) parsed.commandSpec().userObject();
        ParseResult last = CommandTree.last(parsed);
        answer.command(CommandTree.name(parsed));
        if (global.version) {
            return new Version(version);
        }
        if (global.help) {
            return new Usage(last.commandSpec().commandLine().getUsageMessage(Ansi.OFF));
        }
        if (last == parsed) {
            return new Usage(FirstSteps.TEXT);
        }
        if (last.commandSpec().userObject() instanceof Action action) {
            return run(action, Settings.resolve(global.settings(), environment, home));
        }
        throw new ParameterException(
                last.commandSpec().commandLine(),
                answer.command() + " needs a command: "
                        + String.join(", ", last.commandSpec().subcommands().keySet()));
    }

    private Result run(Action action, Settings settings) {
        var preferences = Preferences.of(settings);
        answer.in(preferences.output(console, clock));
        preferences.log().use();
        boolean logged = preferences.log().isWanted();
        if (logged || !preferences.quiet()) {
            settings.warnings().forEach(logged ? RunLog::warn : console::warn);
        }
        var bar = new ProgressBar(console, preferences.progress(), System::nanoTime);
        answer.progress(bar);
        return action.run(new Session(settings, bar, verbs, console));
    }

    private int failed(Throwable thrown) {
        return answer.with(Failures.of(thrown, answer.command()));
    }
}
