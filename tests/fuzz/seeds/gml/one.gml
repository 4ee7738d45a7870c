# by hand
Creator "test"
graph [ directed 0 title "a &amp; b" class 4
  node [ id 7 label "a" class 3 x1 0.5 x2 -1e-7 graphics [ w 1 h [ a "]" ] ] ]
  node [ id 2 class -1 x1 2.385 x2 100 ]
  node [ id 9 x2 0 x1 1 class 3 ]
  edge [ source 9 target 7 class 2 weight 0.125 ]
  edge [ source 2 target 7 class 1 value -3 ]
]
graph [ ]
