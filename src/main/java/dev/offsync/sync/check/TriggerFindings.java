package dev.offsync.sync.check;

import dev.offsync.pg.TriggerAudit;

/** A trigger that is not as init made it, as a finding. */
final class TriggerFindings {
    private TriggerFindings() {}

    /**
     * @param prefix what the codes begin with, as in local_trigger_missing
     * @param where the side as a message names it
     */
    static void add(Findings findings, TriggerAudit.Finding fault, String prefix, String where, String remedy) {
        String trigger = "trigger " + fault.trigger() + " on " + fault.relation() + " in " + where;
        switch (fault.fault()) {
            case MISSING -> findings.error(prefix + "_missing", trigger + " is gone", remedy);
            case DISABLED -> findings.error(prefix + "_disabled", trigger + " is disabled", remedy);
            case WEAKENED ->
                findings.warning(prefix + "_weakened", trigger + " does not fire in every session it should", remedy);
            case LATE_PARTITION ->
                findings.advice(
                        "late_partition",
                        "partition " + fault.relation() + " in " + where
                                + " was made after init and is tracked row by row, which is slower",
                        "run offsync init for its table again");
        }
    }
}
