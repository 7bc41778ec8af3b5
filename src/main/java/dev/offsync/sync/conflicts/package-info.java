/**
 * Conflicts as a person looks at them: those of the log that a filter asks for, and why each of them went as it did.
 */
@NullMarked
package dev.offsync.sync.conflicts;

import org.jspecify.annotations.NullMarked;
