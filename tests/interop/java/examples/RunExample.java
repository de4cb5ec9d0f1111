import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Runs a program of RocketMQ's example module as it is shipped, but for its name server's address:
 * many have 127.0.0.1:9876 compiled in, whose place in the constants of the class takes the address
 * of the server under test.
 *
 * <p>{@code RunExample NAMESRV_ADDRESS CLASS}, below org.apache.rocketmq.example.
 */
public final class RunExample {
    private static final String EXAMPLES = "org.apache.rocketmq.example.";

    public static void main(String[] args) throws Exception {
        System.setProperty("rocketmq.namesrv.addr", args[0]);
        Thread.currentThread().setContextClassLoader(new Loader(args[0]));
        Class<?> example = Thread.currentThread().getContextClassLoader().loadClass(EXAMPLES + args[1]);
        example.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    }

    private static final class Loader extends ClassLoader {
        private final String namesrv;

        Loader(String namesrv) {
            super(RunExample.class.getClassLoader());
            this.namesrv = namesrv;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(EXAMPLES)) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = withAddress(in.readAllBytes());
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        /** The class file format, JVM specification 4.4: only texts among the constants change. */
        private byte[] withAddress(byte[] file) throws IOException {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.write(in.readNBytes(8));
            int constants = in.readUnsignedShort();
            out.writeShort(constants);
            for (int i = 1; i < constants; i++) {
                int tag = in.readUnsignedByte();
                out.writeByte(tag);
                switch (tag) {
                    case 1:
                        String text = in.readUTF();
                        boolean address = text.equals("127.0.0.1:9876") || text.equals("localhost:9876");
                        out.writeUTF(address ? namesrv : text);
                        break;
                    case 5: case 6:
                        out.write(in.readNBytes(8));
                        i++;  // takes two places
                        break;
                    case 7: case 8: case 16: case 19: case 20:
                        out.write(in.readNBytes(2));
                        break;
                    case 15:
                        out.write(in.readNBytes(3));
                        break;
                    default:
                        out.write(in.readNBytes(4));
                }
            }
            in.transferTo(out);
            return bytes.toByteArray();
        }
    }
}
