/* Stands for the theme's charting library, 69 KB that no page asks for: our charts are SVG drawn on the server. */
