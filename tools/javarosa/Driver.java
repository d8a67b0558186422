// Our questions to JavaRosa (the engine of ODK Collect, Apache-2.0, inside the jar that pyxform brings).
// One request a line, fields split by tabs, each field but the verb in base64; one line comes back: "ok" or "error", then fields.
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.javarosa.core.model.*;
import org.javarosa.core.model.condition.EvaluationContext;
import org.javarosa.core.model.data.*;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.*;
import org.javarosa.core.reference.*;
import org.javarosa.core.services.IPropertyManager;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.core.services.properties.IPropertyRules;
import org.javarosa.form.api.*;
import org.javarosa.model.xform.*;
import org.javarosa.xform.util.XFormUtils;
import org.javarosa.xpath.*;
import org.javarosa.xpath.expr.XPathExpression;

public class Driver {
    private static final int MOST_TURNS = 50;
    private static String folder = ".";
    private static String xform = "";
    private static FormDef form;

    /** A file beside the form, whatever the kind of its jr:// address. */
    static class Beside implements Reference {
        private final String name;
        Beside(String name) { this.name = name.substring(name.lastIndexOf('/') + 1); }
        public boolean doesBinaryExist() { return new File(getLocalURI()).exists(); }
        public InputStream getStream() throws IOException { return new FileInputStream(getLocalURI()); }
        public String getURI() { return "jr://file/" + name; }
        public String getLocalURI() { return folder + File.separator + name; }
        public boolean isReadOnly() { return true; }
        public OutputStream getOutputStream() { throw new UnsupportedOperationException(); }
        public void remove() { throw new UnsupportedOperationException(); }
        public Reference[] probeAlternativeReferences() { return new Reference[0]; }
    }

    /** The phone's facts: each is its own name, so that both engines can be given the same. */
    static class Properties implements IPropertyManager {
        public List<String> getProperty(String name) { return List.of(name); }
        public void setProperty(String name, String value) { }
        public void setProperty(String name, List<String> value) { }
        public String getSingularProperty(String name) { return name; }
        public void addRules(IPropertyRules rules) { }
        public List<IPropertyRules> getRules() { return List.of(); }
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
        System.setOut(System.err); // whatever the engine prints is not an answer
        Locale.setDefault(Locale.ENGLISH);
        PropertyManager.setPropertyManager(new Properties());
        new XFormsModule().registerModule();
        ReferenceManager.instance().addReferenceFactory(
            new PrefixedRootFactory(new String[] {"file-csv", "file", "images", "audio", "video", "instance"}) {
                protected Reference factory(String terminal, String address) { return new Beside(terminal); }
            });
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) out.println(answered(line.split("\t", -1)));
    }

    private static String answered(String[] fields) {
        List<String> said = new ArrayList<>();
        try {
            String[] given = new String[fields.length];
            for (int i = 1; i < fields.length; i++) given[i] = text(fields[i]);
            switch (fields[0]) {
                case "load": load(given[1], given[2]); break;
                case "blank": start(); said.add(serialised(true)); break;
                case "raw": start(); said.add(serialised(false)); break;
                case "fill": fill(pairs(given), said); break;
                case "xpath": said.addAll(evaluated(given[1])); break;
                case "time": said.add(timed(pairs(given), Integer.parseInt(given[1]))); break;
                case "load-time": said.add(loadTimed(given[1], given[2], Integer.parseInt(given[3]))); break;
                default: throw new IllegalArgumentException(fields[0]);
            }
        } catch (Throwable why) {
            return "error\t" + coded(why.getClass().getSimpleName()) + "\t" + coded(String.valueOf(why.getMessage()));
        }
        StringBuilder line = new StringBuilder("ok");
        for (String each : said) line.append('\t').append(coded(each));
        return line.toString();
    }

    private static void load(String source, String beside) throws Exception {
        folder = beside;
        xform = source;
        start();
    }

    /** A fresh session: JavaRosa cannot take one back, so the form is read again. */
    private static void start() throws Exception {
        form = XFormUtils.getFormFromInputStream(new ByteArrayInputStream(xform.getBytes(StandardCharsets.UTF_8)));
        form.initialize(true, new InstanceInitializationFactory());
    }

    private static String serialised(boolean pruned) throws Exception {
        XFormSerializingVisitor visitor = new XFormSerializingVisitor(pruned);
        return new String(visitor.serializeInstance(form.getMainInstance()), StandardCharsets.UTF_8);
    }

    /** Pairs of path and text after the verb (and, for "time", its count). */
    private static Map<String, String> pairs(String[] given) {
        Map<String, String> answers = new HashMap<>();
        for (int i = given.length % 2 == 1 ? 1 : 2; i + 1 < given.length; i += 2) answers.put(given[i], given[i + 1]);
        return answers;
    }

    /** Walks the form as a person would; a question named in the answers is answered, "+" at a turn's path adds it. */
    private static void fill(Map<String, String> answers, List<String> said) throws Exception {
        start();
        walk(answers, said);
        form.postProcessInstance();
        said.add(0, serialised(true));
    }

    private static void walk(Map<String, String> answers, List<String> said) throws Exception {
        FormEntryController controller = new FormEntryController(new FormEntryModel(form));
        controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
        for (int event = controller.stepToNextEvent(); event != FormEntryController.EVENT_END_OF_FORM; event = controller.stepToNextEvent()) {
            FormIndex index = controller.getModel().getFormIndex();
            if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT) {
                String path = path(index.getReference());
                if (answers.containsKey(path) && index.getElementMultiplicity() < MOST_TURNS) controller.newRepeat();
            } else if (event == FormEntryController.EVENT_QUESTION) {
                String path = path(index.getReference());
                if (answers.containsKey(path)) said.add(path + "=" + answer(controller, answers.get(path)));
                else said.add(path);
            }
        }
    }

    private static String answer(FormEntryController controller, String text) {
        FormEntryPrompt prompt = controller.getModel().getQuestionPrompt();
        IAnswerData data = data(prompt, text);
        if (text.length() > 0 && data == null) return "choice";
        switch (controller.answerQuestion(data, true)) {
            case FormEntryController.ANSWER_OK: return "ok";
            case FormEntryController.ANSWER_REQUIRED_BUT_EMPTY: return "required";
            default: return "constraint";
        }
    }

    private static IAnswerData data(FormEntryPrompt prompt, String text) {
        if (text.isEmpty()) return null;
        int control = prompt.getControlType();
        if (control != Constants.CONTROL_SELECT_ONE && control != Constants.CONTROL_SELECT_MULTI && control != Constants.CONTROL_RANK)
            return AnswerDataFactory.templateByDataType(prompt.getDataType()).cast(new UncastData(text));
        List<Selection> chosen = new ArrayList<>();
        for (String code : text.split(" "))
            for (SelectChoice choice : prompt.getSelectChoices())
                if (choice.getValue().equals(code)) { chosen.add(choice.selection()); break; }
        if (chosen.size() != text.split(" ").length) return null;
        if (control == Constants.CONTROL_SELECT_ONE) return new SelectOneData(chosen.get(0));
        return new MultipleItemsData(chosen);
    }

    /** /data/rep[2]/x: the turn is named where the place is a repeat. */
    private static String path(TreeReference reference) {
        StringBuilder path = new StringBuilder();
        TreeReference upTo = TreeReference.rootRef();
        for (int i = 0; i < reference.size(); i++) {
            path.append('/').append(reference.getName(i));
            upTo = reference.getSubReference(i).genericize();
            if (form.getMainInstance().getTemplate(upTo) != null) path.append('[').append(reference.getMultiplicity(i) + 1).append(']');
        }
        return path.toString();
    }

    private static List<String> evaluated(String expression) throws Exception {
        XPathExpression parsed = XPathParseTool.parseXPath(expression);
        FormInstance instance = form == null ? null : form.getMainInstance();
        EvaluationContext context = form == null ? new EvaluationContext((DataInstance) null) : form.getEvaluationContext();
        Object value = parsed.eval(instance, context);
        if (value instanceof XPathNodeset) {
            Object[] values = ((XPathNodeset) value).toArgList();
            List<String> said = new ArrayList<>(List.of("nodes"));
            for (Object each : values) said.add(org.javarosa.xpath.expr.XPathFuncExpr.toString(each));
            return said;
        }
        if (value instanceof Date) return List.of("date", String.valueOf(((Date) value).getTime()));
        if (value instanceof Double) return List.of("number", Double.toString((Double) value));
        if (value instanceof Boolean) return List.of("boolean", value.toString());
        return List.of("text", String.valueOf(value));
    }

    /** Milliseconds a fill, the form loaded once before each; the best of so many. */
    private static String timed(Map<String, String> answers, int times) throws Exception {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < times; i++) {
            start();
            long begun = System.nanoTime();
            walk(answers, new ArrayList<>());
            serialised(true);
            best = Math.min(best, (System.nanoTime() - begun) / 1e6);
        }
        return Double.toString(best);
    }

    private static String loadTimed(String source, String beside, int times) throws Exception {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < times; i++) {
            long begun = System.nanoTime();
            load(source, beside);
            best = Math.min(best, (System.nanoTime() - begun) / 1e6);
        }
        return Double.toString(best);
    }

    private static String text(String coded) { return new String(Base64.getDecoder().decode(coded), StandardCharsets.UTF_8); }

    private static String coded(String text) { return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)); }
}
