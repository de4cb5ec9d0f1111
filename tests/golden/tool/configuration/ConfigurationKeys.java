import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.TreeSet;

/**
 * Prints every key that RocketMQ's configuration files can set, with its type and default: it sets
 * a key by the setter of that name. What depends on the machine is printed as on any other.
 */
public class ConfigurationKeys {
  private static final String[] CLASSES = {
    "org.apache.rocketmq.common.BrokerConfig",
    "org.apache.rocketmq.store.config.MessageStoreConfig",
    "org.apache.rocketmq.remoting.netty.NettyServerConfig",
    "org.apache.rocketmq.remoting.netty.NettyClientConfig",
    "org.apache.rocketmq.common.namesrv.NamesrvConfig",
    "org.apache.rocketmq.common.ControllerConfig",
    "org.apache.rocketmq.common.JraftConfig",
    "org.apache.rocketmq.auth.config.AuthConfig",
  };

  public static void main(String[] arguments) throws Exception {
    TreeSet<String> lines = new TreeSet<>();
    for (String name : CLASSES) {
      Class<?> type;
      try {
        type = Class.forName(name);
      } catch (ClassNotFoundException e) {
        continue; // not in this version
      }
      Object object = type.getDeclaredConstructor().newInstance();
      for (Method method : type.getMethods()) {
        if (!method.getName().startsWith("set") || method.getParameterCount() != 1) continue;
        Class<?> value = method.getParameterTypes()[0];
        if (!value.isPrimitive() && value != String.class) continue;
        String key = method.getName().substring(3, 4).toLowerCase() + method.getName().substring(4);
        // Setters by the number of a constant; the one by its name is there, too.
        if (key.equals("metricsExporterType") && value == int.class) continue;
        String initial = initialOf(type, object, key);
        if (key.equals("brokerName")) initial = "broker-a";
        if (key.startsWith("brokerIP")) initial = "10.0.0.1";
        lines.add(key + "\t" + value.getSimpleName() + "\t" + initial);
      }
    }
    System.out.println("key\ttype\tdefault");
    lines.forEach(System.out::println);
  }

  private static String initialOf(Class<?> type, Object object, String key) throws Exception {
    String upper = key.substring(0, 1).toUpperCase() + key.substring(1);
    for (String getter : new String[] {"get" + upper, "is" + upper}) {
      try {
        Object value = type.getMethod(getter).invoke(object);
        return value == null ? "" : value.toString();
      } catch (NoSuchMethodException e) {
        // the other name, then
      }
    }
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (!field.getName().equals(key)) continue;
        field.setAccessible(true);
        Object value = field.get(object);
        return value == null ? "" : value.toString();
      }
    }
    return "";
  }
}
