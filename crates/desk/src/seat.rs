//! The desk with somebody at it: each use case that not everyone may is asked for through a seat, which looks in the board's
//! one table first.

use crate::told::{Tell, silent};
use crate::{Answer, Desk, DeskError, Question};
use board::{Action, Actor, Openness, Own, PersonId, may};
use clinical::Reader;

/// The desk, used by somebody.
pub struct Seat<'d> {
    pub(crate) desk: &'d mut Desk,
    pub(crate) actor: Actor,
}

impl Desk {
    /// The desk as this actor may use it.
    pub fn by(&mut self, actor: Actor) -> Seat<'_> {
        Seat { desk: self, actor }
    }
}

impl<'d> Seat<'d> {
    /// The desk itself, for who may read what it holds: sources, statements, what a search finds.
    pub fn for_reading(self) -> Result<&'d mut Desk, DeskError> {
        self.allow(Action::Read, Own::Nobodys)?;
        Ok(self.desk)
    }

    /// The desk itself, for who may have claims checked.
    pub fn for_checking(self) -> Result<&'d mut Desk, DeskError> {
        self.allow(Action::Ask, Own::Nobodys)?;
        Ok(self.desk)
    }

    /// The desk itself, for who may add and remove sources, read lists of retractions, rebuild the index.
    pub fn for_sources(self) -> Result<&'d mut Desk, DeskError> {
        self.allow(Action::ManageSources, Own::Nobodys)?;
        self.desk.keeper = self.actor.label();
        Ok(self.desk)
    }
}

impl Seat<'_> {
    /// Who sits there.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Goes on only where the table says that this actor may.
    pub(crate) fn allow(&self, action: Action, own: Own) -> Result<(), DeskError> {
        Ok(may(&self.actor, action, own, self.openness()?)?)
    }

    /// Whether this actor may do something that is not about a thing of somebody: for a page that shows what there is to do.
    pub fn may(&self, action: Action) -> bool {
        self.allow(action, Own::Nobodys).is_ok()
    }

    /// Goes on for who may do it, as [`Seat::may`] says.
    pub fn require(&self, action: Action) -> Result<(), DeskError> {
        self.allow(action, Own::Nobodys)
    }

    /// How far this installation is open, by the policy in force.
    fn openness(&self) -> Result<Openness, DeskError> {
        Ok(self.desk.articles.policy()?.open)
    }

    /// Whose something is, seen from here.
    pub(crate) fn own(&self, owner: Option<PersonId>) -> Own {
        match owner {
            None => Own::Nobodys,
            Some(owner) if self.actor.person() == Some(owner) => Own::Own,
            Some(_) => Own::Another,
        }
    }

    /// [`Desk::ask`], for who may ask; the article belongs to them.
    pub fn ask(&mut self, question: &Question) -> Result<Answer, DeskError> {
        self.ask_telling(question, &mut silent)
    }

    /// [`Desk::ask_telling`], for who may ask.
    pub fn ask_telling(&mut self, question: &Question, tell: &mut Tell<'_>) -> Result<Answer, DeskError> {
        self.allow(Action::Ask, Own::Nobodys)?;
        self.desk.ask_for(question, &self.actor, tell)
    }

    /// [`Desk::follow`], for who may ask and may read what they follow.
    pub fn follow(&mut self, article: &str, question: &Question, reader: Option<Reader>) -> Result<Answer, DeskError> {
        self.follow_telling(article, question, reader, &mut silent)
    }

    /// The same, telling what goes on.
    pub fn follow_telling(
        &mut self,
        article: &str,
        question: &Question,
        reader: Option<Reader>,
        tell: &mut Tell<'_>,
    ) -> Result<Answer, DeskError> {
        self.allow(Action::Ask, Own::Nobodys)?;
        let previous = self.readable(article, None)?.1;
        self.desk.follow_for(&previous, question, reader, &self.actor, tell)
    }
}
