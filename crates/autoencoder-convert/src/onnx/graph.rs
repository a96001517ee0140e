//! A graph as it is built: each node names its own output, so that what reads like a formula becomes nodes in order.

use std::ops::Range;

use ndarray::ArrayView2;

use super::messages::{
    AttributeProto, DimensionProto, GraphProto, NodeProto, TensorProto, TensorShapeProto, TensorTypeProto,
    TypeProto, ValueInfoProto, attribute_type, data_type,
};

/// A value of the graph, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value(String);

/// The type of the numbers of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    F32,
    F64,
    I64,
    U8,
    Bool,
}

impl Element {
    const fn number(self) -> i32 {
        match self {
            Self::F32 => data_type::FLOAT,
            Self::F64 => data_type::DOUBLE,
            Self::I64 => data_type::INT64,
            Self::U8 => data_type::UINT8,
            Self::Bool => data_type::BOOL,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::F32 => "float32",
            Self::F64 => "float64",
            Self::I64 => "int64",
            Self::U8 => "uint8",
            Self::Bool => "bool",
        }
    }
}

/// A number of a constant tensor.
pub(super) trait Number: Copy {
    const ELEMENT: Element;

    /// Appends the number's little-endian bytes.
    fn put(self, bytes: &mut Vec<u8>);
}

impl Number for f32 {
    const ELEMENT: Element = Element::F32;

    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }
}

impl Number for f64 {
    const ELEMENT: Element = Element::F64;

    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }
}

impl Number for i64 {
    const ELEMENT: Element = Element::I64;

    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }
}

impl Number for bool {
    const ELEMENT: Element = Element::Bool;

    fn put(self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self));
    }
}

/// The name of the number of samples, which a caller chooses.
const BATCH: &str = "N";

/// A graph as it is built.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<NodeProto>,
    constants: Vec<TensorProto>,
    inputs: Vec<ValueInfoProto>,
    outputs: Vec<ValueInfoProto>,
    /// Inputs and outputs in words, as `samples uint8 (N, 28, 28)`.
    described: [Vec<String>; 2],
}

impl Graph {
    /// An input of the graph: a row of this shape for each sample.
    pub(super) fn input(&mut self, name: &str, element: Element, shape: &[usize]) -> Value {
        self.inputs.push(described(name, element, shape));
        self.described[0].push(in_words(name, element, shape));
        Value(name.to_owned())
    }

    /// An output of the graph: a row of this shape for each sample.
    pub(super) fn output(&mut self, name: &str, value: &Value, element: Element, shape: &[usize]) {
        self.push("Identity", &[value], Vec::new(), name.to_owned());
        self.outputs.push(described(name, element, shape));
        self.described[1].push(in_words(name, element, shape));
    }

    /// The output of an operator.
    pub(super) fn node(&mut self, operator: &str, inputs: &[&Value]) -> Value {
        self.node_with(operator, inputs, Vec::new())
    }

    /// The output of an operator with attributes.
    pub(super) fn node_with(
        &mut self,
        operator: &str,
        inputs: &[&Value],
        attributes: Vec<AttributeProto>,
    ) -> Value {
        let name = format!("{operator}_{}", self.nodes.len());
        self.push(operator, inputs, attributes, name)
    }

    /// The two outputs of an operator that has so many.
    pub(super) fn two_outputs(
        &mut self,
        operator: &str,
        inputs: &[&Value],
        attributes: Vec<AttributeProto>,
    ) -> (Value, Value) {
        let first = self.node_with(operator, inputs, attributes);
        let second = Value(format!("{}_second", first.0));
        let node = self.nodes.last_mut().expect("a node was added");
        node.output.push(second.0.clone());
        (first, second)
    }

    fn push(
        &mut self,
        operator: &str,
        inputs: &[&Value],
        attribute: Vec<AttributeProto>,
        output: String,
    ) -> Value {
        self.nodes.push(NodeProto {
            input: inputs.iter().map(|value| value.0.clone()).collect(),
            output: vec![output.clone()],
            name: output.clone(),
            op_type: operator.to_owned(),
            attribute,
            domain: String::new(),
        });
        Value(output)
    }

    /// A constant tensor of this shape.
    pub(super) fn constant<T: Number>(
        &mut self,
        shape: &[usize],
        numbers: impl IntoIterator<Item = T>,
    ) -> Value {
        let name = format!("constant_{}", self.constants.len());
        self.named_constant(&name, shape, numbers)
    }

    /// A constant tensor with a name of its own.
    pub(super) fn named_constant<T: Number>(
        &mut self,
        name: &str,
        shape: &[usize],
        numbers: impl IntoIterator<Item = T>,
    ) -> Value {
        let mut raw_data = Vec::new();
        numbers.into_iter().for_each(|number| number.put(&mut raw_data));
        self.constants.push(TensorProto {
            dims: shape.iter().map(|&size| signed(size)).collect(),
            data_type: T::ELEMENT.number(),
            name: name.to_owned(),
            raw_data,
            ..TensorProto::default()
        });
        Value(name.to_owned())
    }

    /// A constant vector.
    pub(super) fn vector<T: Number>(&mut self, numbers: &[T]) -> Value {
        self.constant(&[numbers.len()], numbers.iter().copied())
    }

    /// A constant matrix.
    pub(super) fn matrix<T: Number>(&mut self, numbers: ArrayView2<'_, T>) -> Value {
        self.constant(&[numbers.nrows(), numbers.ncols()], numbers.iter().copied())
    }

    /// A constant that is one number.
    pub(super) fn scalar<T: Number>(&mut self, number: T) -> Value {
        self.constant(&[], [number])
    }

    pub(super) fn cast(&mut self, value: &Value, to: Element) -> Value {
        self.node_with("Cast", &[value], vec![int("to", i64::from(to.number()))])
    }

    pub(super) fn concat(&mut self, values: &[&Value]) -> Value {
        match values {
            [only] => (*only).clone(),
            several => self.node_with("Concat", several, vec![int("axis", 1)]),
        }
    }

    /// Some columns of a matrix.
    pub(super) fn columns(&mut self, value: &Value, columns: Range<usize>) -> Value {
        let [first, end, axis] = [signed(columns.start), signed(columns.end), 1].map(|at| self.vector(&[at]));
        self.node("Slice", &[value, &first, &end, &axis])
    }

    /// The columns of a matrix with these indices.
    pub(super) fn select(&mut self, value: &Value, columns: &[usize]) -> Value {
        let columns: Vec<i64> = columns.iter().map(|&column| signed(column)).collect();
        let columns = self.vector(&columns);
        self.node_with("Gather", &[value, &columns], vec![int("axis", 1)])
    }

    /// The same numbers in another shape, behind the first axis: a row for each sample.
    pub(super) fn reshape(&mut self, value: &Value, shape: &[usize]) -> Value {
        let shape: Vec<i64> = std::iter::once(0).chain(shape.iter().map(|&size| signed(size))).collect();
        self.reshape_to(value, &shape)
    }

    /// The same numbers in another shape, in which -1 stands for what is left.
    pub(super) fn reshape_to(&mut self, value: &Value, shape: &[i64]) -> Value {
        let shape = self.vector(shape);
        self.node("Reshape", &[value, &shape])
    }

    /// The sums over an axis, which is dropped.
    pub(super) fn sum(&mut self, value: &Value, axis: i64) -> Value {
        let axes = self.vector(&[axis]);
        self.node_with("ReduceSum", &[value, &axes], vec![int("keepdims", 0)])
    }

    /// The greatest numbers along an axis, which stays with the size 1.
    pub(super) fn greatest(&mut self, value: &Value, axis: i64) -> Value {
        self.node_with("ReduceMax", &[value], vec![ints("axes", &[axis])])
    }

    /// The logarithm of the sum of exponentials along an axis, which is dropped: the greatest number is taken out first.
    pub(super) fn log_sum_exp(&mut self, value: &Value, axis: i64) -> Value {
        let greatest = self.greatest(value, axis);
        let below = self.node("Sub", &[value, &greatest]);
        let powers = self.node("Exp", &[&below]);
        let sums = self.sum(&powers, axis);
        let logarithms = self.node("Log", &[&sums]);
        let axes = self.vector(&[axis]);
        let greatest = self.node("Squeeze", &[&greatest, &axes]);
        self.node("Add", &[&logarithms, &greatest])
    }

    /// The sizes of numbers without their signs. Runtimes have `Abs` for fewer types.
    pub(super) fn size(&mut self, value: &Value) -> Value {
        let other = self.node("Neg", &[value]);
        self.node("Max", &[value, &other])
    }

    pub(super) fn square(&mut self, value: &Value) -> Value {
        self.node("Mul", &[value, value])
    }

    /// The graph, and its inputs and outputs in words.
    pub(super) fn finish(self, name: &str) -> (GraphProto, [Vec<String>; 2]) {
        let graph = GraphProto {
            node: self.nodes,
            name: name.to_owned(),
            initializer: self.constants,
            input: self.inputs,
            output: self.outputs,
        };
        (graph, self.described)
    }
}

/// A size as graphs have it.
pub(super) fn signed(size: usize) -> i64 {
    size.cast_signed() as i64
}

pub(super) fn int(name: &str, number: i64) -> AttributeProto {
    AttributeProto {
        name: name.to_owned(),
        i: Some(number),
        r#type: attribute_type::INT,
        ..AttributeProto::default()
    }
}

pub(super) fn ints(name: &str, numbers: &[i64]) -> AttributeProto {
    AttributeProto {
        name: name.to_owned(),
        ints: numbers.to_vec(),
        r#type: attribute_type::INTS,
        ..AttributeProto::default()
    }
}

pub(super) fn float(name: &str, number: f32) -> AttributeProto {
    AttributeProto {
        name: name.to_owned(),
        f: Some(number),
        r#type: attribute_type::FLOAT,
        ..AttributeProto::default()
    }
}

/// An attribute that is a tensor of one number.
pub(super) fn tensor(name: &str, number: f32) -> AttributeProto {
    let tensor = TensorProto {
        dims: vec![1],
        data_type: data_type::FLOAT,
        raw_data: number.to_le_bytes().to_vec(),
        ..TensorProto::default()
    };
    AttributeProto {
        name: name.to_owned(),
        t: Some(tensor),
        r#type: attribute_type::TENSOR,
        ..AttributeProto::default()
    }
}

fn described(name: &str, element: Element, shape: &[usize]) -> ValueInfoProto {
    let batch = DimensionProto { dim_param: Some(BATCH.to_owned()), dim_value: None };
    let sizes = shape.iter().map(|&size| DimensionProto { dim_value: Some(signed(size)), dim_param: None });
    let dim = std::iter::once(batch).chain(sizes).collect();
    let shape = Some(TensorShapeProto { dim });
    let tensor_type = Some(TensorTypeProto { elem_type: element.number(), shape });
    ValueInfoProto { name: name.to_owned(), r#type: Some(TypeProto { tensor_type }) }
}

fn in_words(name: &str, element: Element, shape: &[usize]) -> String {
    let sizes: Vec<String> =
        std::iter::once(BATCH.to_owned()).chain(shape.iter().map(usize::to_string)).collect();
    format!("{name} {} ({})", element.name(), sizes.join(", "))
}
