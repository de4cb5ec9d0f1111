import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;

/** One request of a script, for both brokers. */
final class Step {
    final int code;
    final String name;
    final Map<String, String> fields = new HashMap<>();
    /** Fields that name a place in one broker's log: theirs and ours. */
    final Map<String, String[]> places = new HashMap<>();
    byte[] body;
    /** Decoded as messages, or as JSON. */
    boolean messages;
    /** The first part of a transaction: where it is kept is each broker's own affair. */
    boolean half;
    /** A topic whose name the script remembers. */
    String topic = "";
    String broken = "";

    Step(int code, String name) {
        this.code = code;
        this.name = name;
    }

    Step with(String field, Object value) {
        fields.put(field, String.valueOf(value));
        return this;
    }

    /** Asking again changes nothing. */
    boolean reads() {
        return Arrays.asList(11, 12, 14, 29, 30, 31, 33, 202, 208).contains(code);
    }

    RemotingCommand request(int broker) {
        RemotingCommand request = RemotingCommand.createRequestCommand(code, null);
        HashMap<String, String> all = new HashMap<>(fields);
        places.forEach((field, values) -> all.put(field, values[broker]));
        request.setExtFields(all);
        request.setBody(body);
        return request;
    }

    @Override
    public String toString() {
        return name + "(" + code + ")" + (broken.isEmpty() ? "" : " with " + broken) + " "
            + Text.cut(fields.toString());
    }
}
