"""Models over (configuration, resource): arrays in, arrays out, the resource ``r / r_max`` as last column.

Reading order: :mod:`levels`, then the parts of Gaussian processes over both (:mod:`coupled_kernel`, :mod:`decay`,
:mod:`level_moments`, :mod:`resource_scale`, :mod:`cross_validation`) and how :mod:`processes` puts them together; then
models of whole learning curves (:mod:`curve_priors`, :mod:`curve_table`, :mod:`curve_process`, :mod:`curve_posterior`);
:mod:`selection` of observations; :mod:`surrogates`, which has the options and the one constructor; and
:mod:`ensemble`, which weighs levels by how well they rank.
"""
