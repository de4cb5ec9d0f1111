import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Differences that are meant: request code, part, what Java's looks like, what ours looks like, why. */
final class Accepted {
    private static final class Rule {
        String code;
        Pattern part;
        Pattern theirs;
        Pattern ours;
        String why;
        int uses;
    }

    private final List<Rule> rules = new ArrayList<>();

    Accepted(String file) throws Exception {
        for (String line : Files.readAllLines(Paths.get(file))) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] columns = line.split("\t");
            if (columns.length != 5) {
                throw new IllegalArgumentException("not five columns: " + line);
            }
            Rule rule = new Rule();
            rule.code = columns[0];
            rule.part = Pattern.compile(columns[1]);
            rule.theirs = Pattern.compile(columns[2], Pattern.DOTALL);
            rule.ours = Pattern.compile(columns[3], Pattern.DOTALL);
            rule.why = columns[4];
            rules.add(rule);
        }
    }

    boolean accepts(Step step, String part, String theirs, String ours) {
        for (Rule rule : rules) {
            if ((rule.code.equals("*") || rule.code.equals(String.valueOf(step.code)))
                && rule.part.matcher(part).matches() && rule.theirs.matcher(theirs).matches()
                && rule.ours.matcher(ours).matches()) {
                rule.uses++;
                return true;
            }
        }
        return false;
    }

    List<String> uses() {
        List<String> lines = new ArrayList<>();
        for (Rule rule : rules) {
            lines.add(String.format("accepted %d times: request %s, %s: %s", rule.uses, rule.code, rule.part,
                rule.why));
        }
        return lines;
    }
}
