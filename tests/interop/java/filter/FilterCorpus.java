import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.filter.expression.BooleanExpression;
import org.apache.rocketmq.filter.expression.EvaluationContext;
import org.apache.rocketmq.filter.expression.MQFilterException;
import org.apache.rocketmq.filter.parser.SelectorParser;

// Random SQL92 expressions and properties with what RocketMQ's own evaluator makes of them, a line
// each: verdict, expression, properties, with tabs between them and backslash escapes inside.
//
//   FilterCorpus EXPRESSIONS SEED [no-searches]
//
// Verdicts: T, F, U for null, E where the evaluation throws, C where the expression does not compile.
public class FilterCorpus {
    static final String[] NAMES = {"a", "b", "c", "A", "ab", "_x", "$y", "price", "region"};
    static final String[] NUMBERS = {"0", "1", "2", "3", "5", "10", "007", "5L", "3l", "0L", "2147483647",
        "2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "1.5", "2.", ".5", "1e1",
        "5E-1", "0.0", "1e400", "1e-400", "4.9E-324", "0x10", "1.5.2", "3.0", "1e", "1.0f"};
    static final String[] STRINGS = {"''", "'a'", "'abc'", "'5'", "'1.5'", "'true'", "'it''s'", "'EU'", "' '",
        "'\u00e4\u4e2d'", "'\ud83d\ude00'", "'''", "'a''", "'unclosed", "'\n'"};
    static final String[] VALUES = {"a", "abc", "abcabc", "EU", "it's", "true", "TRUE", "false", "tRuE", "0", "1",
        "2", "3", "5", "10", "-1", "+5", "007", " 5", "5 ", "5L", "5l", "5f", "5.0D", "1.5", "2.", ".5", ".", "-",
        "+", "--1", "+-1", "1e1", "1E+1", "1e", "0x10", "0x1p3", "0x1.8P-1d", "0x.p1", "NaN", "-NaN", "Infinity",
        "-Infinity", "inf", "2147483647", "2147483648", "-2147483648", "9223372036854775807",
        "9223372036854775808", "1e400", "1e-400", "-0.0", "0.0", "1_0", "\uff15", "\u0665\u0660", "1\uff10",
        "\ud835\udfd3", "\u00e4\u4e2d", "\ud83d\ude00", " ", "\t5\n", "4294967296", "3000000000.0"};
    static final String[] TOKENS = {"=", "<>", ">", ">=", "<", "<=", "(", ")", ",", "+", "-", "AND", "OR", "NOT",
        "IS", "NULL", "BETWEEN", "IN", "TRUE", "FALSE", "LIKE", "ESCAPE", "--", "-- x\n", "/* y */", "/*", "==",
        "!=", ";", "*", "/", "\"", "\u00e4", "\u017f", "\u212a", "&", "#"};
    static final String[] SEARCHES = {"CONTAINS", "STARTSWITH", "ENDSWITH"};

    final Random random;
    final boolean searches;

    FilterCorpus(long seed, boolean searches) {
        this.random = new Random(seed);
        this.searches = searches;
    }

    public static void main(String[] args) throws Exception {
        FilterCorpus corpus = new FilterCorpus(Long.parseLong(args[1]), args.length < 3);
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false, "UTF-8");
        for (int i = Integer.parseInt(args[0]); i > 0; i--) {
            String expression = corpus.expression();
            BooleanExpression compiled = null;
            try {
                compiled = SelectorParser.parse(expression);
            } catch (MQFilterException e) {
                out.println("C\t" + escape(expression) + "\t");
                continue;
            }
            for (int n = 0; n < 4; n++) {
                String properties = corpus.properties();
                out.println(verdict(compiled, properties) + "\t" + escape(expression) + "\t" + escape(properties));
            }
        }
        out.flush();
    }

    static String verdict(BooleanExpression expression, String text) {
        final Map<String, String> properties = MessageDecoder.string2messageProperties(text);
        try {
            Object value = expression.evaluate(new EvaluationContext() {
                public Object get(String name) {
                    return properties.get(name);
                }

                public Map<String, Object> keyValues() {
                    return new HashMap<String, Object>(properties);
                }
            });
            return value == null ? "U" : (Boolean) value ? "T" : "F";
        } catch (Throwable e) {
            return "E";
        }
    }

    String properties() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(pick(NAMES)).append('\u0001').append(chance(5) ? "" : pick(VALUES)).append('\u0002');
        }
        return text.toString();
    }

    String expression() {
        String text = or(3);
        if (chance(15)) {
            text = text + " " + pick(TOKENS);
        }
        if (chance(15)) {
            StringBuilder soup = new StringBuilder(text);
            for (int i = 1 + random.nextInt(3); i > 0 && soup.length() > 0; i--) {
                int at = random.nextInt(soup.length());
                if (chance(50)) {
                    soup.deleteCharAt(at);
                } else {
                    soup.insert(at, " " + pick(TOKENS) + " ");
                }
            }
            text = soup.toString();
        }
        return chance(20) ? text.toLowerCase(java.util.Locale.ROOT) : text;
    }

    String or(int depth) {
        return depth > 0 && chance(30) ? and(depth) + " OR " + or(depth - 1) : and(depth);
    }

    String and(int depth) {
        return depth > 0 && chance(30) ? equality(depth) + " AND " + and(depth - 1) : equality(depth);
    }

    String equality(int depth) {
        switch (random.nextInt(8)) {
            case 0:
            case 1:
                return comparison(depth) + " = " + comparison(depth);
            case 2:
                return comparison(depth) + " <> " + comparison(depth);
            case 3:
                return comparison(depth) + " IS NULL";
            case 4:
                return comparison(depth) + " IS NOT NULL";
            default:
                return comparison(depth);
        }
    }

    String comparison(int depth) {
        String not = chance(30) ? " NOT " : " ";
        switch (random.nextInt(9)) {
            case 0:
            case 1:
            case 2:
                return unary(depth) + " " + pick(new String[] {">", ">=", "<", "<="}) + " " + unary(depth);
            case 3:
                return unary(depth) + not + "BETWEEN " + unary(depth) + " AND " + unary(depth);
            case 4:
                StringBuilder list = new StringBuilder(pick(STRINGS));
                for (int i = random.nextInt(6); i > 0; i--) {
                    list.append(", ").append(pick(STRINGS));
                }
                return unary(depth) + not + "IN (" + list + ")";
            case 5:
                if (searches) {
                    return unary(depth) + not + pick(SEARCHES) + " " + pick(STRINGS);
                }
                return unary(depth);
            default:
                return unary(depth);
        }
    }

    String unary(int depth) {
        if (chance(12)) {
            return pick(new String[] {"-", "+", "- ", "NOT ", "not "}) + unary(depth - 1);
        }
        int kind = random.nextInt(20);
        if (kind < 10) {
            return pick(NAMES);
        }
        if (kind < 14) {
            return pick(NUMBERS);
        }
        if (kind < 16) {
            return pick(STRINGS);
        }
        if (kind < 18) {
            return pick(new String[] {"TRUE", "FALSE", "NULL"});
        }
        return depth > 0 ? "(" + or(depth - 1) + ")" : pick(NAMES);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    String pick(String[] of) {
        return of[random.nextInt(of.length)];
    }

    static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r");
    }
}
