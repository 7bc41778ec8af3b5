package dev.offsync.cli;

import dev.offsync.model.Result;

/** A command that can be run, as opposed to one that only groups others. */
interface Action {
    /** Runs the command's verb once. Wrong options end in an OffsyncException with reason USAGE before anything is done. */
    Result run(Session session);
}
