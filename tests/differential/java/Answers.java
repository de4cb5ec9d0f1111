import com.alibaba.fastjson.JSON;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;

/** What of an answer is compared. */
final class Answers {
    private Answers() {
    }

    static Map<String, String> parts(Step step, RemotingCommand answer) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("code", String.valueOf(answer.getCode()));
        parts.put("remark", Text.plain(answer.getRemark()));
        if (answer.getExtFields() != null) {
            new TreeMap<>(answer.getExtFields()).forEach((name, value) -> parts.put("field " + name,
                step.half && name.equals("queueOffset") ? "PLACE" : name.equals("msgId") ? "ID x " + value.split(",").length : Text.plain(value)));
        }
        byte[] body = answer.getBody();
        if (body == null || body.length == 0) {
            parts.put("body", "(empty)");
        } else if (step.messages) {
            messages(parts, body);
        } else {
            parts.put("body", json(new String(body, StandardCharsets.UTF_8)));
        }
        return parts;
    }

    private static void messages(Map<String, String> parts, byte[] body) {
        List<MessageExt> messages = MessageDecoder.decodes(ByteBuffer.wrap(body));
        parts.put("messages", String.valueOf(messages.size()));
        int i = 0;
        for (MessageExt m : messages) {
            Map<String, String> properties = new TreeMap<>(m.getProperties());
            parts.put("message " + i++, String.format(
                "%s/%d/%d flag %d sysFlag %d born %d times %d size %d crc %d prepared %d body %s %s",
                m.getTopic(), m.getQueueId(), m.getQueueOffset(), m.getFlag(), m.getSysFlag(),
                m.getBornTimestamp(), m.getReconsumeTimes(), m.getStoreSize(), m.getBodyCRC(),
                m.getPreparedTransactionOffset() > 0 ? 1 : 0, Arrays.hashCode(m.getBody()), Text.plain(properties.toString())));
        }
    }

    private static String json(String text) {
        try {
            return Text.plain(sorted(JSON.parse(text)).toString());
        } catch (RuntimeException e) {
            return Text.plain(text);
        }
    }

    private static Object sorted(Object value) {
        if (value instanceof Map) {
            Map<String, Object> out = new TreeMap<>();
            ((Map<?, ?>) value).forEach((k, v) -> out.put(String.valueOf(k instanceof Map ? sorted(k) : k), sorted(v)));
            return out;
        }
        if (value instanceof List) {
            StringBuilder out = new StringBuilder("[");
            ((List<?>) value).stream().map(v -> String.valueOf(sorted(v))).sorted().forEach(v -> out.append(v).append(", "));
            return out.append("]").toString();
        }
        return value == null ? "null" : value;
    }
}
