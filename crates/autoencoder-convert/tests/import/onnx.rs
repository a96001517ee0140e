//! ONNX files as another program would write them: the wire format of protocol buffers, by hand.

/// A message as bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Message(Vec<u8>);

impl Message {
    fn number(mut self, field: u64, value: u64) -> Self {
        self.varint(field << 3);
        self.varint(value);
        self
    }

    fn bytes(mut self, field: u64, bytes: &[u8]) -> Self {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend(bytes);
        self
    }

    fn float(mut self, field: u64, number: f32) -> Self {
        self.varint(field << 3 | 5);
        self.0.extend(number.to_le_bytes());
        self
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.0.push(value.to_le_bytes()[0]);
    }
}

/// A graph from `input` to `output`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph(Message);

impl Graph {
    /// An operator with attributes that are whole numbers or floats.
    pub(crate) fn node(self, operator: &str, inputs: &[&str], output: &str) -> Self {
        self.node_with(operator, inputs, output, &[], &[])
    }

    pub(crate) fn node_with(
        self,
        operator: &str,
        inputs: &[&str],
        output: &str,
        integers: &[(&str, u64)],
        floats: &[(&str, f32)],
    ) -> Self {
        let mut node = Message::default();
        for input in inputs {
            node = node.bytes(1, input.as_bytes());
        }
        node = node.bytes(2, output.as_bytes()).bytes(4, operator.as_bytes());
        for (name, value) in integers {
            node = node.bytes(5, &Message::default().bytes(1, name.as_bytes()).number(3, *value).0);
        }
        for (name, value) in floats {
            node = node.bytes(5, &Message::default().bytes(1, name.as_bytes()).float(2, *value).0);
        }
        Self(self.0.bytes(1, &node.0))
    }

    /// A constant of f32.
    pub(crate) fn constant(self, name: &str, sizes: &[usize], numbers: &[f32]) -> Self {
        let raw: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        let mut tensor = Message::default();
        for &size in sizes {
            tensor = tensor.number(1, size as u64);
        }
        tensor = tensor.number(2, 1).bytes(8, name.as_bytes()).bytes(9, &raw);
        Self(self.0.bytes(5, &tensor.0))
    }

    /// The bytes of a file.
    pub(crate) fn file(self) -> Vec<u8> {
        let named = |name: &str| Message::default().bytes(1, name.as_bytes()).0;
        let graph = self.0.bytes(11, &named("input")).bytes(12, &named("output"));
        Message::default().number(1, 8).bytes(7, &graph.0).0
    }
}
