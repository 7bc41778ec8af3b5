/**
 * What a person or a script gets to see. A command hands its result record to an {@link dev.offsync.ui.Output}, which
 * renders it as text (state first, tables within 80 columns, control characters made visible) or as the one JSON
 * document of a run, written from the record's own components. Progress, warnings and logs go to standard error. This
 * package alone knows System.out, System.err, terminals and colours, and it decides nothing.
 */
@NullMarked
package dev.offsync.ui;

import org.jspecify.annotations.NullMarked;
