"""Which clock a Chilean place lives by: two regions and an island do not follow Santiago (C14).

The library of numbers knows only Santiago for all of Chile, so its answer is mended here by area code.
"""

import re
import unicodedata
from functools import cache

MAINLAND = "America/Santiago"
MAGALLANES = "America/Punta_Arenas"
AYSEN = "America/Coyhaique"
EASTER = "Pacific/Easter"
ZONES = (MAINLAND, MAGALLANES, AYSEN, EASTER)

Zones = tuple[str, ...]

_COMMUNES: dict[Zones, str] = {
    (MAINLAND,): """
        Arica, Camarones, Putre, General Lagos, Iquique, Alto Hospicio, Pozo Almonte, Camiña, Colchane, Huara,
        Pica, Antofagasta, Mejillones, Sierra Gorda, Taltal, Calama, Ollagüe, San Pedro de Atacama, Tocopilla,
        María Elena, Copiapó, Caldera, Tierra Amarilla, Chañaral, Diego de Almagro, Vallenar, Alto del Carmen,
        Freirina, Huasco, La Serena, Coquimbo, Andacollo, La Higuera, Paihuano, Vicuña, Illapel, Canela,
        Los Vilos, Salamanca, Ovalle, Combarbalá, Monte Patria, Punitaqui, Río Hurtado, Valparaíso,
        Casablanca, Concón, Juan Fernández, Puchuncaví, Quintero, Viña del Mar, Los Andes, Calle Larga,
        Rinconada, San Esteban, La Ligua, Cabildo, Papudo, Petorca, Zapallar, Quillota, La Calera, Hijuelas,
        La Cruz, Nogales, San Antonio, Algarrobo, Cartagena, El Quisco, El Tabo, Santo Domingo, San Felipe,
        Catemu, Llaillay, Panquehue, Putaendo, Santa María, Quilpué, Limache, Olmué, Villa Alemana, Santiago,
        Cerrillos, Cerro Navia, Conchalí, El Bosque, Estación Central, Huechuraba, Independencia, La Cisterna,
        La Florida, La Granja, La Pintana, La Reina, Las Condes, Lo Barnechea, Lo Espejo, Lo Prado, Macul,
        Maipú, Ñuñoa, Pedro Aguirre Cerda, Peñalolén, Providencia, Pudahuel, Quilicura, Quinta Normal,
        Recoleta, Renca, San Joaquín, San Miguel, San Ramón, Vitacura, Puente Alto, Pirque, San José de Maipo,
        Colina, Lampa, Tiltil, San Bernardo, Buin, Calera de Tango, Paine, Melipilla, Alhué, Curacaví,
        María Pinto, San Pedro, Talagante, El Monte, Isla de Maipo, Padre Hurtado, Peñaflor, Rancagua,
        Codegua, Coinco, Coltauco, Doñihue, Graneros, Las Cabras, Machalí, Malloa, Mostazal, Olivar, Peumo,
        Pichidegua, Quinta de Tilcoco, Rengo, Requínoa, San Vicente, Pichilemu, La Estrella, Litueche,
        Marchigüe, Navidad, Paredones, San Fernando, Chépica, Chimbarongo, Lolol, Nancagua, Palmilla,
        Peralillo, Placilla, Pumanque, Santa Cruz, Talca, Constitución, Curepto, Empedrado, Maule, Pelarco,
        Pencahue, Río Claro, San Clemente, San Rafael, Cauquenes, Chanco, Pelluhue, Curicó, Hualañé, Licantén,
        Molina, Rauco, Romeral, Sagrada Familia, Teno, Vichuquén, Linares, Colbún, Longaví, Parral, Retiro,
        San Javier, Villa Alegre, Yerbas Buenas, Chillán, Bulnes, Chillán Viejo, El Carmen, Pemuco, Pinto,
        Quillón, San Ignacio, Yungay, Quirihue, Cobquecura, Coelemu, Ninhue, Portezuelo, Ránquil, Treguaco,
        San Carlos, Coihueco, Ñiquén, San Fabián, San Nicolás, Concepción, Coronel, Chiguayante, Florida,
        Hualqui, Lota, Penco, San Pedro de la Paz, Santa Juana, Talcahuano, Tomé, Hualpén, Lebu, Arauco,
        Cañete, Contulmo, Curanilahue, Los Álamos, Tirúa, Los Ángeles, Antuco, Cabrero, Laja, Mulchén,
        Nacimiento, Negrete, Quilaco, Quilleco, San Rosendo, Santa Bárbara, Tucapel, Yumbel, Alto Biobío,
        Temuco, Carahue, Cunco, Curarrehue, Freire, Galvarino, Gorbea, Lautaro, Loncoche, Melipeuco,
        Nueva Imperial, Padre Las Casas, Perquenco, Pitrufquén, Pucón, Saavedra, Teodoro Schmidt, Toltén,
        Vilcún, Villarrica, Cholchol, Angol, Collipulli, Curacautín, Ercilla, Lonquimay, Los Sauces, Lumaco,
        Purén, Renaico, Traiguén, Victoria, Valdivia, Corral, Lanco, Los Lagos, Máfil, Mariquina, Paillaco,
        Panguipulli, La Unión, Futrono, Lago Ranco, Río Bueno, Puerto Montt, Calbuco, Cochamó, Fresia,
        Frutillar, Los Muermos, Llanquihue, Maullín, Puerto Varas, Castro, Ancud, Chonchi, Curaco de Vélez,
        Dalcahue, Puqueldón, Queilén, Quellón, Quemchi, Quinchao, Osorno, Puerto Octay, Purranque, Puyehue,
        Río Negro, San Juan de la Costa, San Pablo, Chaitén, Futaleufú, Hualaihué, Palena
    """,
    (AYSEN,): "Coyhaique, Lago Verde, Aysén, Cisnes, Guaitecas, Cochrane, Tortel, Chile Chico, Río Ibáñez",
    (MAGALLANES,): """
        Punta Arenas, Laguna Blanca, Río Verde, San Gregorio, Cabo de Hornos, Antártica, Porvenir, Primavera,
        Timaukel, Natales, Torres del Paine
    """,
    (EASTER,): "Isla de Pascua",
    # The commune lies in Aysén, the region of the same name does not: legal only if legal in both.
    (MAINLAND, AYSEN): "O'Higgins",
}
_OTHER_NAMES: dict[Zones, str] = {
    (MAINLAND,): """
        Calera, Llay-Llay, Marchihue, Trehuaco, Paiguano, Santiago Centro, Ranquil, Hualaihue,
        San Vicente de Tagua Tagua, San Francisco de Mostazal, San Javier de Loncomilla,
        San José de la Mariquina, Puerto Saavedra, Alto Bío Bío, Arica y Parinacota, Tarapacá, Atacama,
        Metropolitana, Metropolitana de Santiago, RM, Libertador General Bernardo O'Higgins,
        Libertador Bernardo O'Higgins, Ñuble, Biobío, La Araucanía, Araucanía, Los Ríos, XV, I, II, III, IV,
        XIII, VI, VII, XVI, VIII, IX, XIV, X
    """,
    (AYSEN,): """
        Coihaique, Aisén, Puerto Aysén, Puerto Aisén, Villa O'Higgins,
        Aysén del General Carlos Ibáñez del Campo, Aisén del General Carlos Ibáñez del Campo, XI
    """,
    (MAGALLANES,): """
        Puerto Natales, Puerto Williams, Magallanes, Magallanes y de la Antártica Chilena,
        Magallanes y Antártica Chilena, Navarino, XII
    """,
    (EASTER,): "Rapa Nui, Hanga Roa, Provincia de Isla de Pascua",
    # The region holds the island.
    (MAINLAND, EASTER): "V, Quinta",
}
# "Región de …", "… Región": these two share their name with a commune that lives by another clock.
_REGION = re.compile(r"(?:la )?region (?:del? )?(?P<of>.+)|(?P<number>\w+) region")
_REGIONS: dict[str, Zones] = {"valparaiso": (MAINLAND, EASTER), "ohiggins": (MAINLAND,)}

_AREAS: dict[str, Zones] = {
    "5661": (MAGALLANES,),
    "5667": (AYSEN,),
    # Easter Island's exchanges inside Valparaíso's area; a prefix is no proof, so both clocks count.
    "5632210": (MAINLAND, EASTER),
    "5632255": (MAINLAND, EASTER),
}


def zones_of_place(name: str) -> Zones:
    """Return the zones of a commune or region, none for a name that is neither."""
    named = _REGION.fullmatch(" ".join(_plain(name).split()))
    if named:
        region = _letters(named["of"] or named["number"])
        return _REGIONS.get(region) or _places().get(region, ())
    return _places().get(_letters(name), ())


def zones_of_number(digits: str) -> Zones:
    """Return the zones that an area code tells (digits of E.164 without plus), none if it tells nothing."""
    for length in (7, 4):
        if digits[:length] in _AREAS:
            return _AREAS[digits[:length]]
    return ()


@cache
def _places() -> dict[str, Zones]:
    return {
        _letters(name): zones
        for table in (_OTHER_NAMES, _COMMUNES)
        for zones, names in table.items()
        for name in names.split(",")
    }


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", _plain(name))
