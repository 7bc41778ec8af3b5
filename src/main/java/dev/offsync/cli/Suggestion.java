package dev.offsync.cli;

import java.util.Collection;
import java.util.List;

/** What somebody who mistyped a word may have meant. */
final class Suggestion {
    private Suggestion() {}

    /** Those of {@code known} that are nearest to {@code typed}, in their order; none where all are far from it. */
    static List<String> nearest(String typed, Collection<String> known) {
        int most = Math.max(1, typed.length() / 3);
        int least = known.stream().mapToInt(word -> distance(typed, word)).min().orElse(Integer.MAX_VALUE);
        if (least > most) {
            return known.stream()
                    .filter(word -> !typed.isEmpty() && word.startsWith(typed))
                    .toList();
        }
        return known.stream().filter(word -> distance(typed, word) == least).toList();
    }

    /** How many letters have to be put in, left out, replaced or swapped with their neighbour. */
    private static int distance(String one, String other) {
        int[][] cost = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replaced = cost[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[one.length()][other.length()];
    }
}
