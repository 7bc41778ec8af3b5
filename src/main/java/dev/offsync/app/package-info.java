/** The way in: wires the parts together, turns signals into exit codes, and is the one place that ends the process. */
@NullMarked
package dev.offsync.app;

import org.jspecify.annotations.NullMarked;
