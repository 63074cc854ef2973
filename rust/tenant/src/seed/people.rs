//! The staff of the sample company, by name.

/// A person's names, and the plain letters of which their addresses are made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    pub(super) given: &'static str,
    pub(super) surname: &'static str,
    /// Given name and surname as they stand in addresses.
    plain: &'static str,
}

impl Person {
    pub(super) fn display_name(&self) -> String {
        format!("{} {}", self.given, self.surname)
    }

    /// What stands before the `@`.
    pub(super) fn local_part(&self) -> &'static str {
        self.plain
    }

    /// The name of the account on premises: at most 20 characters.
    pub(super) fn account_name(&self) -> String {
        self.plain.replace('\'', "").chars().take(20).collect()
    }
}

/// All of them, in no particular order. Where a name is not in plain letters, the third text says how it is written in
/// addresses; an apostrophe may stand there too.
const NAMES: [(&str, &str, &str); 161] = [
    ("Ada", "Lovell", "ada.lovell"),
    ("Aoife", "O'Brien", "aoife.o'brien"),
    ("Zoë", "Müller", "zoe.mueller"),
    ("Łukasz", "Wiśniewski", "lukasz.wisniewski"),
    ("Chloé", "D'Angelo", "chloe.d'angelo"),
    ("Søren", "Kjær", "soeren.kjaer"),
    ("José", "García Núñez", "jose.garcia"),
    ("Marcus", "Whitfield", "marcus.whitfield"),
    ("Priya", "Raman", "priya.raman"),
    ("Thandiwe", "Dlamini", "thandiwe.dlamini"),
    ("Oliver", "Hartley", "oliver.hartley"),
    ("Isla", "McKenzie", "isla.mckenzie"),
    ("Noor", "van den Berg", "noor.vandenberg"),
    ("Sinéad", "Byrne", "sinead.byrne"),
    ("Jürgen", "Großmann", "juergen.grossmann"),
    ("Amélie", "Lefèvre", "amelie.lefevre"),
    ("Piotr", "Kowalczyk", "piotr.kowalczyk"),
    ("Lucía", "Fernández", "lucia.fernandez"),
    ("Mads", "Østergaard", "mads.oestergaard"),
    ("Grace", "Okonkwo", "grace.okonkwo"),
    ("Daniel", "Fraser", "daniel.fraser"),
    ("Yuki", "Tanaka", "yuki.tanaka"),
    ("Fatima", "Al-Sayed", "fatima.al-sayed"),
    ("Hannah", "Schäfer", "hannah.schaefer"),
    ("Théo", "Marchand", "theo.marchand"),
    ("Agnieszka", "Nowak", "agnieszka.nowak"),
    ("Pablo", "Iglesias", "pablo.iglesias"),
    ("Freja", "Madsen", "freja.madsen"),
    ("Tyler", "Brooks", "tyler.brooks"),
    ("Charlotte", "Pemberton", "charlotte.pemberton"),
    ("Rory", "O'Connell", "rory.o'connell"),
    ("Niamh", "Gallagher", "niamh.gallagher"),
    ("Lena", "Vogel", "lena.vogel"),
    ("Bastien", "Rousseau", "bastien.rousseau"),
    ("Katarzyna", "Dąbrowska", "katarzyna.dabrowska"),
    ("Álvaro", "Castaño", "alvaro.castano"),
    ("Ida", "Thomsen", "ida.thomsen"),
    ("Jamal", "Washington", "jamal.washington"),
    ("Emily", "Ashworth", "emily.ashworth"),
    ("George", "Blackwood", "george.blackwood"),
    ("Ciara", "Ní Dhomhnaill", "ciara.nidhomhnaill"),
    ("Stefan", "Böhm", "stefan.boehm"),
    ("Inès", "Guérin", "ines.guerin"),
    ("Tomasz", "Zając", "tomasz.zajac"),
    ("Marta", "Ibáñez", "marta.ibanez"),
    ("Rasmus", "Holm", "rasmus.holm"),
    ("Brianna", "Cole", "brianna.cole"),
    ("Harpreet", "Singh", "harpreet.singh"),
    ("Leah", "Goldberg", "leah.goldberg"),
    ("Declan", "Murphy", "declan.murphy"),
    ("Anja", "Köhler", "anja.koehler"),
    ("Hugo", "Bertrand", "hugo.bertrand"),
    ("Zofia", "Mazur", "zofia.mazur"),
    ("Diego", "Herrera", "diego.herrera"),
    ("Astrid", "Nielsen", "astrid.nielsen"),
    ("Ethan", "Caldwell", "ethan.caldwell"),
    ("Beatrice", "Hargreaves", "beatrice.hargreaves"),
    ("Samuel", "Adeyemi", "samuel.adeyemi"),
    ("Orla", "Fitzgerald", "orla.fitzgerald"),
    ("Matthias", "Krüger", "matthias.krueger"),
    ("Camille", "Dupont", "camille.dupont"),
    ("Paweł", "Krawczyk", "pawel.krawczyk"),
    ("Carmen", "Ortega", "carmen.ortega"),
    ("Emil", "Lauritsen", "emil.lauritsen"),
    ("Madison", "Reed", "madison.reed"),
    ("Arthur", "Lockwood", "arthur.lockwood"),
    ("Deepa", "Krishnan", "deepa.krishnan"),
    ("Fionn", "Walsh", "fionn.walsh"),
    ("Ulrike", "Weiß", "ulrike.weiss"),
    ("Margaux", "Fontaine", "margaux.fontaine"),
    ("Jakub", "Lewandowski", "jakub.lewandowski"),
    ("Sergio", "Peña", "sergio.pena"),
    ("Signe", "Rasmussen", "signe.rasmussen"),
    ("Jordan", "Ellis", "jordan.ellis"),
    ("Imogen", "Fairchild", "imogen.fairchild"),
    ("Kwame", "Boateng", "kwame.boateng"),
    ("Róisín", "Kavanagh", "roisin.kavanagh"),
    ("Torsten", "Lange", "torsten.lange"),
    ("Léa", "Moreau", "lea.moreau"),
    ("Ewa", "Szymańska", "ewa.szymanska"),
    ("Raúl", "Domínguez", "raul.dominguez"),
    ("Nikolaj", "Friis", "nikolaj.friis"),
    ("Taylor", "Jennings", "taylor.jennings"),
    ("Henry", "Cavanaugh", "henry.cavanaugh"),
    ("Mehwish", "Iqbal", "mehwish.iqbal"),
    ("Conor", "Brennan", "conor.brennan"),
    ("Birgit", "Hofmann", "birgit.hofmann"),
    ("Maxime", "L'Hermite", "maxime.l'hermite"),
    ("Michał", "Wójcik", "michal.wojcik"),
    ("Elena", "Vázquez", "elena.vazquez"),
    ("Karen", "Bøgh", "karen.boegh"),
    ("Austin", "Park", "austin.park"),
    ("Florence", "Nightley", "florence.nightley"),
    ("Tariq", "Mahmood", "tariq.mahmood"),
    ("Saoirse", "Doyle", "saoirse.doyle"),
    ("Dieter", "Scholz", "dieter.scholz"),
    ("Élodie", "Garnier", "elodie.garnier"),
    ("Grzegorz", "Kamiński", "grzegorz.kaminski"),
    ("Nuria", "Soler", "nuria.soler"),
    ("Anders", "Vestergaard", "anders.vestergaard"),
    ("Kayla", "Simmons", "kayla.simmons"),
    ("William", "Thackeray-Jones", "william.thackeray-jones"),
    ("Ngozi", "Eze", "ngozi.eze"),
    ("Eoin", "Kennedy", "eoin.kennedy"),
    ("Sabine", "Richter", "sabine.richter"),
    ("Antoine", "Mercier", "antoine.mercier"),
    ("Monika", "Pawlak", "monika.pawlak"),
    ("Javier", "Molina", "javier.molina"),
    ("Line", "Christensen", "line.christensen"),
    ("Derek", "Vaughn", "derek.vaughn"),
    ("Eleanor", "Winslow", "eleanor.winslow"),
    ("Rajesh", "Menon", "rajesh.menon"),
    ("Maeve", "Nolan", "maeve.nolan"),
    ("Heike", "Zimmermann", "heike.zimmermann"),
    ("Julien", "Perrin", "julien.perrin"),
    ("Dorota", "Jankowska", "dorota.jankowska"),
    ("Alicia", "Ramos", "alicia.ramos"),
    ("Mikkel", "Jørgensen", "mikkel.joergensen"),
    ("Shannon", "Porter", "shannon.porter"),
    ("Edward", "Kingsley", "edward.kingsley"),
    ("Adaeze", "Umeh", "adaeze.umeh"),
    ("Cathal", "Quinn", "cathal.quinn"),
    ("Renate", "Jäger", "renate.jaeger"),
    ("Sophie", "Chevalier", "sophie.chevalier"),
    ("Marek", "Górski", "marek.gorski"),
    ("Iván", "Cortés", "ivan.cortes"),
    ("Mette", "Andersen", "mette.andersen"),
    ("Logan", "Whitaker", "logan.whitaker"),
    ("Harriet", "Stonebridge", "harriet.stonebridge"),
    ("Wei", "Zhang", "wei.zhang"),
    ("Gráinne", "Healy", "grainne.healy"),
    ("Uwe", "Brandt", "uwe.brandt"),
    ("Mathilde", "Noël", "mathilde.noel"),
    ("Beata", "Król", "beata.krol"),
    ("Cristina", "Navarro", "cristina.navarro"),
    ("Jens", "Mortensen", "jens.mortensen"),
    ("Alexis", "Monroe", "alexis.monroe"),
    ("Thomas", "Abernathy", "thomas.abernathy"),
    ("Leila", "Farouk", "leila.farouk"),
    ("Padraic", "Hogan", "padraic.hogan"),
    ("Gisela", "Neumann", "gisela.neumann"),
    ("Baptiste", "Collin", "baptiste.collin"),
    ("Rafał", "Piotrowski", "rafal.piotrowski"),
    ("Rocío", "Gallardo", "rocio.gallardo"),
    ("Trine", "Poulsen", "trine.poulsen"),
    ("Cameron", "Doyle", "cameron.doyle"),
    ("Victoria", "Ellsworth", "victoria.ellsworth"),
    ("Minh", "Nguyễn", "minh.nguyen"),
    ("Bríd", "Costello", "brid.costello"),
    ("Klaus", "Ehrlich", "klaus.ehrlich"),
    ("Clémence", "Aubert", "clemence.aubert"),
    ("Halina", "Sikora", "halina.sikora"),
    ("Andrés", "Rubio", "andres.rubio"),
    ("Bo", "Lindgren", "bo.lindgren"),
    ("Jasmine", "Harper", "jasmine.harper"),
    ("Rupert", "Greaves", "rupert.greaves"),
    ("Olufunke", "Balogun", "olufunke.balogun"),
    ("Seán", "Mac Cárthaigh", "sean.maccarthaigh"),
    ("Ingrid", "Fuchs", "ingrid.fuchs"),
    ("Yannick", "Le Goff", "yannick.legoff"),
    ("Wiktoria", "Baran", "wiktoria.baran"),
];

pub(super) fn people() -> Vec<Person> {
    let person = |&(given, surname, plain): &(&'static str, &'static str, &'static str)| Person {
        given,
        surname,
        plain,
    };
    NAMES.iter().map(person).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn addresses_are_unique_and_in_letters_the_directory_takes() {
        let people = people();
        let unique: HashSet<&str> = people.iter().map(Person::local_part).collect();
        assert_eq!(unique.len(), people.len());
        let accounts: HashSet<String> = people.iter().map(Person::account_name).collect();
        assert_eq!(accounts.len(), people.len());
        for person in people {
            let plain = person.local_part().bytes();
            assert!(
                plain
                    .clone()
                    .all(|byte| byte.is_ascii_lowercase() || b".-'".contains(&byte)),
                "{}",
                person.local_part()
            );
        }
    }
}
