/** The one exception that reaches an operator, and the reasons it can have. */
@NullMarked
package dev.offsync.error;

import org.jspecify.annotations.NullMarked;
