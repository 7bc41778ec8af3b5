/**
 * What {@code dist/quickstart} needs besides the jar on a machine without PostgreSQL: the server's programs, and a stand-in
 * for psql.
 */
@NullMarked
package dev.offsync.quickstart;

import org.jspecify.annotations.NullMarked;
