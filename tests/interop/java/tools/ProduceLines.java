import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;

/**
 * Sends each line of the standard input as a message and prints one JSON line for each that was
 * acknowledged: the same contract as {@code pintle produce TOPIC -o json}, for brokers to be tested
 * without our own client. Stops at the first failure with a non-zero exit code.
 *
 * <p>{@code ProduceLines NAMESRV_ADDRESS TOPIC}
 */
public final class ProduceLines {
    public static void main(String[] args) throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer("lines-" + args[1]);
        producer.setNamesrvAddr(args[0]);
        producer.setRetryTimesWhenSendFailed(0);
        producer.setSendMsgTimeout(30_000);
        producer.start();
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out));
        int exit = 0;
        try (BufferedReader in = new BufferedReader(
            new InputStreamReader(System.in, StandardCharsets.ISO_8859_1))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                SendResult result = producer.send(
                    new Message(args[1], line.getBytes(StandardCharsets.ISO_8859_1)));
                if (result.getSendStatus() != SendStatus.SEND_OK) {
                    throw new IllegalStateException(result.toString());
                }
                out.println("{\"msgId\":\"" + result.getMsgId() + "\",\"queueId\":"
                    + result.getMessageQueue().getQueueId() + ",\"queueOffset\":"
                    + result.getQueueOffset() + "}");
            }
        } catch (Exception e) {
            System.err.println("stopped: " + e);
            exit = 1;
        }
        System.exit(exit);
    }
}
