package dev.offsync.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * What happens to one fleet: the rules of each device, as statements, and the steps.
 *
 * @param seed what it was made from
 */
record History(long seed, List<List<String>> rules, List<Step> steps) {
    static final int DEVICES = 3;

    static History of(long seed) {
        var random = new Random(seed * 0x9E3779B97F4A7C15L);
        int devices = random.nextInt(3) > 0 ? DEVICES - 1 : DEVICES;
        var rules = new ArrayList<List<String>>();
        for (int device = 0; device < devices; device++) {
            rules.add(RandomRules.of(random));
        }
        var writes = new RandomWrites(random);
        var steps = new ArrayList<Step>();
        int length = 6 + random.nextInt(10);
        while (steps.size() < length) {
            steps.add(step(random, writes, devices));
        }
        return new History(seed, List.copyOf(rules), List.copyOf(steps));
    }

    History with(List<Step> fewer) {
        return new History(seed, rules, List.copyOf(fewer));
    }

    /** Whether the first device has an {@link OrdinaryRole}. */
    boolean isFirstOrdinary() {
        return seed % 3 == 0;
    }

    /** Whether the devices go in batches of two operations, and so pull in chunks of ten rows. */
    boolean isInChunks() {
        return seed % 5 == 0;
    }

    int devices() {
        return rules.size();
    }

    @Override
    public String toString() {
        return "seed " + seed
                + (isFirstOrdinary() ? ", device 0 with an ordinary role" : "")
                + (isInChunks() ? ", in chunks" : "")
                + rules.stream().map(Object::toString).collect(Collectors.joining("\n  ", "\nrules\n  ", ""))
                + steps.stream().map(Object::toString).collect(Collectors.joining("\n  ", "\nsteps\n  ", "\n"));
    }

    private static Step step(Random random, RandomWrites writes, int devices) {
        int kind = random.nextInt(100);
        if (kind < 40) {
            return new Step.Write(random.nextInt(devices), writes.transaction());
        }
        if (kind < 55) {
            return new Step.Write(Step.HUB, writes.transaction());
        }
        if (kind < 61) {
            return new Step.Open(writes.transaction());
        }
        if (kind < 66) {
            return new Step.Commit();
        }
        var verbs = Step.Verb.values();
        return new Step.Run(random.nextInt(devices), verbs[random.nextInt(verbs.length)], fault(random));
    }

    /** Most of a run's messages come after those of the login. */
    private static Step.Fault fault(Random random) {
        if (random.nextInt(3) > 0) {
            return Step.Fault.NONE;
        }
        var kinds = Step.Fault.Kind.values();
        var kind = random.nextInt(4) == 0 ? Step.Fault.Kind.LOST_REPLY : kinds[1 + random.nextInt(kinds.length - 1)];
        return new Step.Fault(
                kind,
                switch (kind) {
                    case LOST_REPLY -> 1 + random.nextInt(2);
                    case TERMINATE -> 3 + random.nextInt(60);
                    default -> 3 + random.nextInt(150);
                });
    }
}
