import java.nio.charset.StandardCharsets;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;

/** {@code AskRequests NAMESRV TOPIC COUNT}: asks, and expects "re: QUESTION". */
public final class AskRequests {
    public static void main(String[] args) throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer("java-askers");
        producer.setNamesrvAddr(args[0]);
        producer.setVipChannelEnabled(false);
        producer.start();
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            String question = "\u95ee\u9898 " + i;
            Message reply = producer.request(
                new Message(args[1], question.getBytes(StandardCharsets.UTF_8)), 30_000);
            String answer = new String(reply.getBody(), StandardCharsets.UTF_8);
            if (!answer.equals("re: " + question)) {
                throw new IllegalStateException(question + " was answered by " + answer);
            }
        }
        producer.shutdown();
    }
}
