package dev.offsync.model;

import java.util.List;

/**
 * The conflict rules of a device, strongest first.
 *
 * @param updateUpdateDefault what settles update_update where no rule speaks; all else waits for a person then
 */
public record RuleList(List<Rule> rules, Strategy updateUpdateDefault) implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
