/**
 * The command line: one class per subcommand, which turns options into the verb's option record and hands back the
 * verb's result. {@link dev.offsync.cli.Program} runs one invocation from arguments to exit code, in the same way for
 * every command: parse, resolve the settings, run, answer once. {@link dev.offsync.cli.Failures} is the one map from
 * error to exit code. Nothing here talks to a database or prints.
 *
 * <p>Only the commands that the arguments name are built (see {@link dev.offsync.cli.CommandTree}), since picocli reads
 * annotations by reflection and most runs are short.
 */
@NullMarked
package dev.offsync.cli;

import org.jspecify.annotations.NullMarked;
