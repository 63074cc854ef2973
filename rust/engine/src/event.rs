//! What a job tells whoever pulls it.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

/// What an event is about. The numbers are part of the C ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum EventKind {
    /// One result, a JSON object.
    Item = 1,
    /// Results, a JSON array as the service wrote it.
    Page = 2,
    /// The total the service counted: `{"count":n}`.
    Count = 3,
    /// The headers of a successful answer: `[["name","value"],…]`.
    Headers = 4,
    /// Text for those who asked for detail.
    Verbose = 5,
    /// A request or an answer, secrets removed.
    Debug = 6,
    /// Text that should be seen.
    Warning = 7,
    /// Text for people.
    Information = 8,
    /// How far the work is: `{"activity","status","percent","completed","total"}`.
    Progress = 9,
    /// A failure; see [`crate::Failure`].
    Error = 10,
    /// A question that waits for an answer: `{"kind",…}`.
    Question = 11,
    /// A whole answer: `{"status","reason","headers","body","bodyEncoding"}`.
    Response = 12,
    /// How a run of changes to many ended: `{"text","resume","run"}`.
    Summary = 13,
}

/// One thing a job has to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What it is about.
    pub kind: EventKind,
    /// The question's id; 0 for everything else.
    pub id: u64,
    /// JSON or text, as the kind says.
    pub data: Bytes,
}

impl Event {
    /// An event of a kind with its bytes.
    #[must_use]
    pub fn new(kind: EventKind, data: impl Into<Bytes>) -> Self {
        Self {
            kind,
            id: 0,
            data: data.into(),
        }
    }

    /// An event whose data is a value's JSON.
    #[must_use]
    pub fn json(kind: EventKind, value: &impl Serialize) -> Self {
        // Every type handed in here is made of text, numbers, lists and text-keyed maps, which always
        // have a JSON form; `null` stands for the impossible.
        Self::new(
            kind,
            serde_json::to_vec(value).unwrap_or_else(|_| b"null".to_vec()),
        )
    }

    /// Progress of `completed` out of `total`, as a share and as figures.
    #[must_use]
    pub fn progress(activity: &str, status: &str, completed: u64, total: Option<u64>) -> Self {
        let percent = total.filter(|&total| total > 0).map_or(-1, |total| {
            i64::try_from((u128::from(completed.min(total)) * 100) / u128::from(total))
                .unwrap_or(100)
        });
        let mut fields = serde_json::Map::new();
        fields.insert("activity".into(), activity.into());
        fields.insert("status".into(), status.into());
        fields.insert("percent".into(), percent.into());
        fields.insert("completed".into(), completed.into());
        fields.insert("total".into(), total.map_or(Value::Null, Value::from));
        Self::json(EventKind::Progress, &fields)
    }
}
