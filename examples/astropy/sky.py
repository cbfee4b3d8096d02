"""Draws the whole sky as an Aitoff map: bright stars coloured by temperature, the Milky Way's plane, the Sun's yearly
path and the planets on one night, with the stars' black-body spectra below. Needs no network."""

import argparse
import time
import warnings

import matplotlib.pyplot as plt
import numpy as np
from astropy import units as u
from astropy.coordinates import Galactic, SkyCoord, get_body, get_sun, solar_system_ephemeris
from astropy.modeling.models import BlackBody
from astropy.time import Time
from astropy.utils import iers

# The tables of the Earth's rotation that come with astropy reach far enough for a picture: nothing is downloaded.
iers.conf.auto_download = False
warnings.simplefilter("ignore", iers.IERSStaleWarning)

# name, right ascension and declination in degrees (ICRS), visual magnitude, effective temperature in kelvin
STARS = [
    ("Sirius", 101.287, -16.716, -1.46, 9940), ("Canopus", 95.988, -52.696, -0.74, 7400),
    ("Rigil Kent.", 219.902, -60.834, -0.27, 5790), ("Arcturus", 213.915, 19.182, -0.05, 4290),
    ("Vega", 279.235, 38.784, 0.03, 9600), ("Capella", 79.172, 45.998, 0.08, 4970),
    ("Rigel", 78.634, -8.202, 0.13, 12100), ("Procyon", 114.825, 5.225, 0.34, 6530),
    ("Achernar", 24.429, -57.237, 0.46, 15000), ("Betelgeuse", 88.793, 7.407, 0.50, 3600),
    ("Hadar", 210.956, -60.373, 0.61, 25000), ("Altair", 297.696, 8.868, 0.76, 7670),
    ("Aldebaran", 68.980, 16.509, 0.86, 3900), ("Antares", 247.352, -26.432, 0.96, 3660),
    ("Spica", 201.298, -11.161, 0.97, 22400), ("Pollux", 116.329, 28.026, 1.14, 4590),
    ("Fomalhaut", 344.413, -29.622, 1.16, 8590), ("Deneb", 310.358, 45.280, 1.25, 8520),
    ("Regulus", 152.093, 11.967, 1.40, 11670), ("Polaris", 37.955, 89.264, 1.98, 6020),
]
SPECTRA = ["Betelgeuse", "Arcturus", "Capella", "Procyon", "Vega"]
PLANETS = ["mercury", "venus", "mars", "jupiter", "saturn"]


def on_map(coordinates):
    """Longitude and latitude in radians as the map wants them: right ascension grows to the left."""
    return -coordinates.ra.wrap_at(180 * u.deg).radian, coordinates.dec.radian


def line(axes, coordinates, **style):
    """Draws a curve without the stroke across the map where it leaves on one side and comes back on the other."""
    x, y = on_map(coordinates)
    cut = np.flatnonzero(np.abs(np.diff(x)) > np.pi) + 1
    axes.plot(np.insert(x, cut, np.nan), np.insert(y, cut, np.nan), **style)


def draw_sky(axes, night):
    names, ra, dec, magnitude, temperature = zip(*STARS)
    stars = SkyCoord(ra * u.deg, dec * u.deg)
    plane = SkyCoord(np.linspace(0, 360, 721) * u.deg, 0 * u.deg, frame=Galactic).icrs
    for width in (30, 20, 10):
        line(axes, plane, color="#b9c4ff", alpha=0.08, linewidth=width, solid_capstyle="butt")
    line(axes, plane, color="#b9c4ff", linewidth=0.8, label="plane of the Milky Way")
    year = Time(f"{night.datetime.year}-01-01") + np.linspace(0, 365.25, 366) * u.day
    line(axes, get_sun(year), color="#ffc94d", linewidth=1, linestyle="--", label="path of the Sun")

    points = axes.scatter(*on_map(stars), c=temperature, s=18 * (3 - np.array(magnitude)), cmap="RdYlBu",
                          vmin=3000, vmax=13000, linewidths=0, zorder=3)
    for name, x, y in zip(names, *on_map(stars)):
        below = name == "Hadar"
        axes.annotate(name, (x, y), xytext=(5, -10 if below else 4), textcoords="offset points", fontsize=7)
    with solar_system_ephemeris.set("builtin"):
        for name in PLANETS:
            place = on_map(get_body(name, night))
            axes.plot(*place, marker="P", markersize=7, color="#ff7b9c", linestyle="none", zorder=4,
                      label="planets" if name == PLANETS[0] else None)
            axes.annotate(name.capitalize(), place, xytext=(6, -9), textcoords="offset points", fontsize=7, color="#ff7b9c")
    axes.set_xticks(np.radians(np.arange(-150, 180, 30)), [f"{(-d % 360) // 15}h" for d in range(-150, 180, 30)],
                    fontsize=7, color="#9aa4c0")
    axes.tick_params(axis="y", labelsize=7, labelcolor="#9aa4c0")
    axes.set_facecolor("#0b1026")
    axes.grid(alpha=0.25)
    axes.legend(loc="upper left", fontsize=7, bbox_to_anchor=(-0.04, 1.08))
    axes.set_title(f"The sky on {night.strftime('%Y-%m-%d')}", pad=14)
    return points


def draw_spectra(axes):
    wavelength = np.linspace(100, 2000, 600) * u.nm
    temperatures = {name: t for name, _, _, _, t in STARS}
    for name in SPECTRA:
        kelvin = temperatures[name] * u.K
        flux = BlackBody(temperature=kelvin, scale=1 * u.W / (u.m**2 * u.nm * u.sr))(wavelength)
        axes.plot(wavelength, flux / flux.max(), label=f"{name}  {kelvin.value:.0f} K",
                  color=plt.get_cmap("RdYlBu")((kelvin.value - 3000) / 10000))
    axes.axvspan(380, 750, color="#ffc94d", alpha=0.15, zorder=0)
    axes.set(xlabel="wavelength (nm)", ylabel="flux, scaled", xlim=(100, 2000), ylim=(0, 1.05))
    axes.legend(fontsize=7, title="black bodies", title_fontsize=7)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="sky.png", help="where the picture goes")
    parser.add_argument("--night", default="2021-08-05", help="the date whose planets are shown")
    options = parser.parse_args()
    started = time.monotonic()

    night = Time(options.night)
    plt.style.use("dark_background")
    figure = plt.figure(figsize=(10, 7.6), layout="constrained", facecolor="#05070f")
    grid = figure.add_gridspec(2, 1, height_ratios=(2.6, 1))
    points = draw_sky(figure.add_subplot(grid[0], projection="aitoff"), night)
    figure.colorbar(points, ax=figure.axes[0], shrink=0.7, pad=0.02, label="temperature (K)")
    draw_spectra(figure.add_subplot(grid[1]))
    # No time and no version in the file: the same sky is the same bytes.
    figure.savefig(options.out, dpi=110, metadata={"Software": None})

    print(f"{'star':12} {'l':>7} {'b':>7}   peak of its spectrum")
    for name, ra, dec, _, kelvin in STARS[:6]:
        place = SkyCoord(ra * u.deg, dec * u.deg).galactic
        peak = (2.897771955e-3 * u.m * u.K / (kelvin * u.K)).to(u.nm)
        print(f"{name:12} {place.l.deg:7.2f} {place.b.deg:+7.2f}   {peak:.0f}")
    print(f"wrote {options.out} in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
