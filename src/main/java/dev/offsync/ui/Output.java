package dev.offsync.ui;

import dev.offsync.model.Result;
import java.io.IOException;

/**
 * How a run answers: one of {@link #result} and {@link #failure}, once. {@code command} is the command's name without
 * the program's, as in "conflicts list".
 */
public sealed interface Output permits TextOutput, JsonOutput {
    /** @throws IOException where standard output does not take it, on a full disk for example */
    void result(String command, Result result) throws IOException;

    /** @throws IOException where the stream for errors does not take it */
    void failure(String command, Failure failure) throws IOException;
}
