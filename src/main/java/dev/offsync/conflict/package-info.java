/**
 * What happens when two changes of one row meet: whether they are a conflict at all ({@link Detection}), which rule is
 * for it ({@link RuleBook}), and what a rule ({@link Settlement}) or a person ({@link ManualChoice}) makes of it, a
 * {@link Decision}. Pure functions over rows in text form: no I/O, no clock, no database; an operator's own function
 * is passed in ({@link CustomFunction}).
 */
@NullMarked
package dev.offsync.conflict;

import org.jspecify.annotations.NullMarked;
