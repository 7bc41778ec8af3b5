package dev.offsync.cli;

import dev.offsync.ui.CapturedConsole;
import java.nio.file.Path;
import java.util.Map;

/** One invocation in this process, with verbs that only take notes. */
record Run(int exitCode, String out, String err, RecordingVerbs verbs) {
    static Run offsync(String... args) {
        return with(Map.of(), new RecordingVerbs(), args);
    }

    static Run with(Map<String, String> environment, RecordingVerbs verbs, String... args) {
        var captured = CapturedConsole.pipe(environment);
        int exitCode = new Program(captured.console(), Path.of("/nonexistent"), "1.2.3", verbs).run(args);
        return new Run(exitCode, captured.out(), captured.err(), verbs);
    }

    Object asked() {
        return verbs.asked.get(0);
    }
}
